"""The models of bench/models.ts in PyTorch, for pytorch.py: as many weights, the same arithmetic.

A model has `columns`, which asks a function for its inputs and targets (of a name, a number of classes, and steps), and
`load`, which takes the weights of our model: of each layer by its name, in tfjs's order.
"""

import torch
from torch import nn
from torch.nn import functional


def cross_entropy(said, truth):
    return functional.cross_entropy(said.flatten(0, -2), truth.flatten())


def pressed_error(said, truth):
    return ((truth - said) ** 2 + 10 * torch.clamp(-said, min=0)).mean()


def lstm(inputs, units, layers=1, dropout=0.0):
    """nn.LSTM, whose second bias does nothing that the first does not: it stays 0, as tfjs has one alone."""
    module = nn.LSTM(inputs, units, num_layers=layers, batch_first=True, dropout=dropout)
    for name, weight in module.named_parameters():
        if name.startswith("bias_hh"):
            weight.requires_grad_(False).zero_()
    return module


def load_lstm(module, layers):
    for i, (kernel, recurrent, bias) in enumerate(layers):
        getattr(module, f"weight_ih_l{i}").copy_(kernel.T)
        getattr(module, f"weight_hh_l{i}").copy_(recurrent.T)
        getattr(module, f"bias_ih_l{i}").copy_(bias)


def load_linear(module, layer):
    kernel, bias = layer
    module.weight.copy_(kernel.T)
    module.bias.copy_(bias)


def load_norm(module, layer):
    gamma, beta = layer
    module.weight.copy_(gamma)
    module.bias.copy_(beta)


class Paper(nn.Module):
    """The paper's model, and its losses."""

    def __init__(self, sizes):
        super().__init__()
        units = sizes["units"]
        self.steps = sizes["length"]
        self.lstm = lstm(3, units)
        self.heads = nn.ModuleList(nn.Linear(units, n) for n in (128, 1, 1))

    def columns(self, column):
        notes = column("notes", None, self.steps, 3)
        return notes, (column("pitch", 128), column("step", None, 1), column("duration", None, 1))

    def load(self, layers):
        load_lstm(self.lstm, [layers["lstm"]])
        for head, name in zip(self.heads, ("pitch", "step", "duration")):
            load_linear(head, layers[name])

    def forward(self, notes, state=None):
        _, (h, c) = self.lstm(notes, state)
        return [head(h[-1]) for head in self.heads], (h, c)

    def loss(self, notes, targets):
        said, _ = self(notes)
        loss = 0.05 * functional.cross_entropy(said[0], targets[0])
        return loss + pressed_error(said[1], targets[1]) + pressed_error(said[2], targets[2])


class Beyond(nn.Module):
    """Pitch, step and duration as embedded classes, two LSTM, three heads of classes at every step."""

    def __init__(self, sizes):
        super().__init__()
        self.steps, self.classes, widths, units = (sizes[name] for name in ("length", "classes", "widths", "units"))
        self.embeddings = nn.ModuleList(nn.Embedding(n, widths[name]) for name, n in self.classes.items())
        self.lstm = lstm(sum(widths.values()), units, layers=2, dropout=0.3)
        self.dropout = nn.Dropout(0.3)
        self.heads = nn.ModuleList(nn.Linear(units, n) for n in self.classes.values())

    def columns(self, column):
        heard = [column(f"heard.{name}", n, self.steps) for name, n in self.classes.items()]
        return heard, [column(name, n, self.steps) for name, n in self.classes.items()]

    def load(self, layers):
        load_lstm(self.lstm, [layers["lstm_1"], layers["lstm_2"]])
        for name, embedding, head in zip(self.classes, self.embeddings, self.heads):
            embedding.weight.copy_(layers[f"{name}_embedding"][0])
            load_linear(head, layers[name])

    def loss(self, inputs, targets):
        heard = torch.cat([embed(column) for embed, column in zip(self.embeddings, inputs)], -1)
        hidden = self.dropout(self.lstm(heard)[0])
        return sum(cross_entropy(head(hidden), target) for head, target in zip(self.heads, targets))


class BachBot(nn.Module):
    """Embedded tokens, three LSTM, one head, at every step."""

    def __init__(self, sizes):
        super().__init__()
        self.steps, self.tokens = sizes["length"], sizes["tokens"]
        self.embedding = nn.Embedding(self.tokens, sizes["width"])
        self.lstm = lstm(sizes["width"], sizes["units"], layers=3, dropout=0.3)
        self.dropout = nn.Dropout(0.3)
        self.head = nn.Linear(sizes["units"], self.tokens)

    def columns(self, column):
        return column("heard.token", self.tokens, self.steps), column("token", self.tokens, self.steps)

    def load(self, layers):
        self.embedding.weight.copy_(layers["embedding"][0])
        load_lstm(self.lstm, [layers["lstm_1"], layers["lstm_2"], layers["lstm_3"]])
        load_linear(self.head, layers["token"])

    def loss(self, inputs, targets):
        return cross_entropy(self.head(self.dropout(self.lstm(self.embedding(inputs))[0])), targets)


class DeepBach(nn.Module):
    """One voice's network: what stands to the left, to the right, and at this sixteenth in the other voices."""

    def __init__(self, sizes):
        super().__init__()
        units, width = sizes["units"], sizes["width"]
        self.steps, self.voices, self.pitches = sizes["length"], sizes["voices"], sizes["pitches"]
        self.places, self.fermatas = sizes["places"], sizes["fermatas"]
        self.pitch = nn.Embedding(self.pitches, width)
        self.place = nn.Embedding(self.places, width)
        self.fermata = nn.Embedding(self.fermatas, width)
        self.left = lstm((self.voices + 2) * width, units, layers=2, dropout=0.2)
        self.right = lstm((self.voices + 2) * width, units, layers=2, dropout=0.2)
        self.present = nn.Linear((self.voices + 1) * width, units)
        self.merged = nn.Linear(3 * units, units)
        self.head = nn.Linear(units, self.pitches)

    def columns(self, column):
        def side(name, voices, steps):
            pitches = [column(f"{name}.voice_{voice + 1}", self.pitches, steps) for voice in range(voices)]
            place = column(f"{name}.place", self.places, steps)
            return torch.stack(pitches, -1), place, column(f"{name}.fermata", self.fermatas, steps)

        sides = [side(name, self.voices, self.steps) for name in ("left", "right")]
        return [*sides, side("beside", self.voices - 1, 1)], column("pitch", self.pitches)

    def load(self, layers):
        for name in ("pitch", "place", "fermata"):
            getattr(self, name).weight.copy_(layers[f"{name}_embedding"][0])
        load_lstm(self.left, [layers["left_1"], layers["left_2"]])
        load_lstm(self.right, [layers["right_1"], layers["right_2"]])
        load_linear(self.present, layers["present"])
        load_linear(self.merged, layers["merged"])
        load_linear(self.head, layers["pitch"])

    def embed(self, pitches, place, fermata):
        return torch.cat([self.pitch(pitches).flatten(-2), self.place(place), self.fermata(fermata)], -1)

    def loss(self, inputs, targets):
        left, right, beside = (self.embed(*side) for side in inputs)
        before = self.left(left)[0][:, -1]
        after = self.right(right.flip(1))[0][:, -1]
        merged = torch.cat([before, after, functional.relu(self.present(beside))[:, 0]], -1)
        return cross_entropy(self.head(functional.relu(self.merged(merged))), targets)


class Block(nn.Module):
    """Causal self-attention with relative positions (Huang et al. 2018), and a feed-forward part; norms before each."""

    def __init__(self, width, heads, inner, steps):
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(2))
        self.into, self.attended = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.relative = nn.Parameter(torch.randn(heads, steps, width // heads) * 0.02)
        self.inner, self.outer = nn.Linear(width, inner), nn.Linear(inner, width)
        self.register_buffer("future", torch.ones(steps, steps, dtype=torch.bool).triu(1))

    def load(self, layers, number):
        asked = [layers[f"{name}_{number}"] for name in ("queries", "keys", "values")]
        load_linear(self.into, [torch.cat(parts, -1) for parts in zip(*asked)])
        # Ours begins with the distance 0.
        self.relative.copy_(layers[f"attention_{number}"][0].flip(1))
        for name in ("attended", "inner", "outer"):
            load_linear(getattr(self, name), layers[f"{name}_{number}"])
        for norm, name in zip(self.norms, ("attention_norm", "inner_norm")):
            load_norm(norm, layers[f"{name}_{number}"])

    def attend(self, x):
        size, steps, width = x.shape
        q, k, v = (part.view(size, steps, self.heads, -1).transpose(1, 2) for part in self.into(x).split(width, -1))
        # The skewing of the paper: the table's last row is the distance 0.
        distances = functional.pad(q @ self.relative.transpose(-1, -2), (1, 0))
        skewed = distances.view(size, self.heads, steps + 1, steps)[:, :, 1:]
        scores = (q @ k.transpose(-1, -2) + skewed) * q.shape[-1] ** -0.5
        weights = scores.masked_fill_(self.future, float("-inf")).softmax(-1)
        return self.attended((weights @ v).transpose(1, 2).reshape(size, steps, width))

    def forward(self, x):
        x = x + self.attend(self.norms[0](x))
        return x + self.outer(functional.gelu(self.inner(self.norms[1](x))))


class Transformer(nn.Module):
    """Music Transformer on tokens."""

    def __init__(self, sizes):
        super().__init__()
        self.steps, self.tokens, width = sizes["length"], sizes["tokens"], sizes["width"]
        self.embedding = nn.Embedding(self.tokens, width)
        self.blocks = nn.ModuleList(
            Block(width, sizes["heads"], sizes["inner"], self.steps) for _ in range(sizes["blocks"])
        )
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, self.tokens)

    def columns(self, column):
        return column("heard.token", self.tokens, self.steps), column("token", self.tokens, self.steps)

    def load(self, layers):
        self.embedding.weight.copy_(layers["embedding"][0])
        for i, block in enumerate(self.blocks):
            block.load(layers, i + 1)
        load_norm(self.norm, layers["norm"])
        load_linear(self.head, layers["token"])

    def loss(self, inputs, targets):
        x = self.embedding(inputs)
        for block in self.blocks:
            x = block(x)
        return cross_entropy(self.head(self.norm(x)), targets)


MODELS = {"paper": Paper, "beyond": Beyond, "bachbot": BachBot, "deepbach": DeepBach, "transformer": Transformer}
