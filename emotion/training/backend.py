"""Keras, started without the greetings of the library beneath it: import before what imports Keras."""

import os

from emotion.quiet import native_chatter_discarded

# Both are read when the libraries are first imported.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

with native_chatter_discarded():
    import keras

    # The first tensor makes TensorFlow look for accelerators, and complain where there is none.
    keras.ops.zeros(1)
