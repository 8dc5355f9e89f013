"""One question, one answer: frames, their pace and their bounds."""
