"""The wizard in lines alone: question by question, without a cursor that moves."""
