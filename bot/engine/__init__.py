"""The flow engine, without any input or output: model, load, advance, answers."""
