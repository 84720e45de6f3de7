"""Training of the span reader: SQuAD-format files in, checkpoints and an ONNX file out."""
