"""The paper's training step by Keras's model.fit on TensorFlow's CPU, for bench/train.ts.

    python bench/peers/keras.py JOB

Speaks as pytorch.py does.
"""

import json
import os
import sys
import time

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["KERAS_BACKEND"] = "tensorflow"

# This folder, where Python would find this file instead of Keras.
sys.path.pop(0)

try:
    import keras
    import numpy as np
    import tensorflow as tf
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit()


def pressed_error(truth, said):
    return tf.reduce_mean((tf.reshape(truth, tf.shape(said)) - said) ** 2 + 10 * tf.maximum(-said, 0.0))


def note_model(length, units):
    notes = keras.Input((length, 3))
    hidden = keras.layers.LSTM(units)(notes)
    sizes = {"pitch": 128, "step": 1, "duration": 1}
    model = keras.Model(notes, {name: keras.layers.Dense(size, name=name)(hidden) for name, size in sizes.items()})
    model.compile(
        loss={
            "pitch": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "step": pressed_error,
            "duration": pressed_error,
        },
        loss_weights={"pitch": 0.05, "step": 1.0, "duration": 1.0},
        optimizer=keras.optimizers.Adam(0.0025, epsilon=1e-7),
    )
    return model


class Clock(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.ends = [time.perf_counter()]

    def on_train_batch_end(self, batch, logs=None):
        self.ends.append(time.perf_counter())


def megabytes():
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def main():
    job = json.loads(sys.argv[1])
    tf.config.threading.set_intra_op_parallelism_threads(job["threads"])
    tf.config.threading.set_inter_op_parallelism_threads(job["threads"])
    keras.utils.set_random_seed(42)
    length, size = job["sizes"]["length"], job["sizes"]["batch"]
    model = note_model(length, job["sizes"]["units"])
    draw = np.random.default_rng(42)
    inputs = draw.random((size, length, 3), dtype=np.float32)
    targets = {
        "pitch": draw.integers(0, 128, size),
        "step": draw.random(size, dtype=np.float32),
        "duration": draw.random(size, dtype=np.float32),
    }
    # One data set for bursts of any length, because model.fit compiles anew for another one.
    data = tf.data.Dataset.from_tensor_slices((inputs, targets)).batch(size, drop_remainder=True).cache().repeat()
    data = data.prefetch(2)
    print(json.dumps({"ready": f"Keras {keras.__version__}, TensorFlow {tf.__version__}"}), flush=True)
    for line in sys.stdin:
        clock = Clock()
        model.fit(data, epochs=1, steps_per_epoch=int(line), shuffle=False, verbose=0, callbacks=[clock])
        ends = clock.ends
        ms = [(end - start) * 1000 for start, end in zip(ends, ends[1:])]
        print(json.dumps({"ms": ms, "megabytes": megabytes()}), flush=True)


main()
