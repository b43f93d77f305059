"""A model's training step, or one note, in PyTorch eager on the CPU, for bench/train.ts.

    python bench/peers/pytorch.py JOB

JOB is a job of bench/job.ts as JSON, with the model's sizes. Says {"ready": ..., "weights": how many learn}; then answers
each line on standard input, a number of steps, with {"ms": [one per step], "megabytes": the most memory so far}. In a
check, the line is what notenbuch.ts has said, and the answer {"losses": [one per step]}.
"""

import base64
import json
import sys
import time
import warnings

# PyTorch can do without numpy, and says so at length.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

try:
    import torch
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit()

from pytorch_models import MODELS


def training(job, model, column):
    """The optimiser, and a function that takes a step and gives its loss."""
    fused = True if job.get("adam") == "fused" else None
    learning = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.Adam(learning, lr=0.0025, eps=1e-7, fused=fused)
    inputs, targets = model.columns(column)

    def run():
        optimizer.zero_grad(set_to_none=True)
        loss = model.loss(inputs, targets)
        loss.backward()
        optimizer.step()
        return loss.item()

    return optimizer, run


def drawn(size):
    """Columns of drawn classes, or numbers where there are no classes."""

    def column(name, classes, *shape):
        return torch.rand(size, *shape) if classes is None else torch.randint(0, classes, (size, *shape))

    return column


def check(job, model, given):
    """The losses of a few steps from the weights, and on the batch, of our model."""

    def array(text, kind):
        return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=kind)

    def column(name, classes, *shape):
        values = array(given["columns"][name], torch.float32 if classes is None else torch.int32)
        return (values if classes is None else values.long()).reshape(job["sizes"]["batch"], *shape)

    layers = {
        name: [array(weight["values"], torch.float32).reshape(weight["shape"]) for weight in weights]
        for name, weights in given["layers"].items()
    }
    with torch.no_grad():
        model.load(layers)
    # Without dropout.
    model.eval()
    optimizer, run = training(job, model, column)
    losses = []
    for step in range(1, len(given["losses"]) + 1):
        # Keras, and we, add epsilon before the root's bias is corrected.
        optimizer.param_groups[0]["eps"] = 1e-7 / (1 - 0.999**step) ** 0.5
        losses.append(run())
    return losses


def sampling(model):
    note, state = torch.full((1, 1, 3), 0.5), None

    @torch.inference_mode()
    def run():
        nonlocal note, state
        (pitch, step, duration), state = model(note, state)
        drawn = torch.multinomial(torch.softmax(pitch, -1), 1).item()
        note = torch.tensor([[[drawn / 128, max(0.0, step.item()), max(0.0, duration.item())]]])

    return run


def megabytes():
    try:
        import resource
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def main():
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    # Gradients that fade over hundreds of steps would make it three times as slow.
    torch.set_flush_denormal(True)
    torch.manual_seed(42)
    model = MODELS[job["model"]](job["sizes"])
    weights = sum(weight.numel() for weight in model.parameters() if weight.requires_grad)
    say = lambda answer: print(json.dumps(answer), flush=True)
    say({"ready": f"PyTorch {torch.__version__}", "weights": weights})
    if job["work"] == "check":
        for line in sys.stdin:
            say({"losses": check(job, model, json.loads(line))})
        return
    run = sampling(model) if job["work"] == "sample" else training(job, model, drawn(job["sizes"]["batch"]))[1]
    for line in sys.stdin:
        ms = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            ms.append((time.perf_counter() - start) * 1000)
        say({"ms": ms, "megabytes": megabytes()})


main()
