"""The paper's training step, or one note, in PyTorch eager on the CPU, for bench/train.ts.

    python bench/peers/pytorch.py JOB

JOB is a job of bench/job.ts as JSON. Says {"ready": ...}; then answers each line on standard input, a number of steps,
with {"ms": [one per step], "megabytes": the most memory so far}.
"""

import json
import sys
import time
import warnings

# PyTorch can do without numpy, and says so at length.
warnings.filterwarnings("ignore", message="Failed to initialize NumPy")

try:
    import torch
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    print(json.dumps({"missing": str(error)}))
    sys.exit()


class NoteModel(nn.Module):
    def __init__(self, units):
        super().__init__()
        # One nn.LSTM of several layers where they are alike, which is PyTorch's fastest.
        assert len(set(units)) == 1, "layers must be of one width"
        self.lstm = nn.LSTM(3, units[0], num_layers=len(units), batch_first=True)
        self.pitch = nn.Linear(units[0], 128)
        self.step = nn.Linear(units[0], 1)
        self.duration = nn.Linear(units[0], 1)

    def forward(self, notes, state=None):
        _, (h, c) = self.lstm(notes, state)
        return self.pitch(h[-1]), self.step(h[-1]), self.duration(h[-1]), (h, c)


def pressed_error(said, truth):
    return ((truth - said) ** 2 + 10 * torch.clamp(-said, min=0)).mean()


def training(job, model):
    size, length = job["batch"], job["length"]
    fused = True if job.get("adam") == "fused" else None
    optimizer = torch.optim.Adam(model.parameters(), lr=0.0025, eps=1e-7, fused=fused)
    notes = torch.rand(size, length, 3)
    pitch, step, duration = torch.randint(0, 128, (size,)), torch.rand(size, 1), torch.rand(size, 1)

    def run():
        optimizer.zero_grad(set_to_none=True)
        said = model(notes)
        loss = 0.05 * functional.cross_entropy(said[0], pitch)
        loss = loss + pressed_error(said[1], step) + pressed_error(said[2], duration)
        loss.backward()
        optimizer.step()
        return loss.item()

    return run


def sampling(model):
    note, state = torch.full((1, 1, 3), 0.5), None

    @torch.inference_mode()
    def run():
        nonlocal note, state
        pitch, step, duration, state = model(note, state)
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
    model = NoteModel(job["units"])
    run = sampling(model) if job["work"] == "sample" else training(job, model)
    print(json.dumps({"ready": f"PyTorch {torch.__version__}"}), flush=True)
    for line in sys.stdin:
        ms = []
        for _ in range(int(line)):
            start = time.perf_counter()
            run()
            ms.append((time.perf_counter() - start) * 1000)
        print(json.dumps({"ms": ms, "megabytes": megabytes()}), flush=True)


main()
