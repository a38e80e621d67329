"""The next-token loss of a tied output head, computed a few rows at a time.

The logits of a whole batch would be its largest tensor by far (positions x vocabulary, float32).
Made chunk by chunk they stay in a CPU's cache or fit a GPU, and their gradient is taken on the way.
The idea is that of Liger Kernel's fused linear cross-entropy (Hsu et al., arXiv 2410.10989).
"""

import torch
from torch import Tensor

CHUNK = {"cpu": 512, "cuda": 8192}  # positions whose logits exist at one time
IGNORED = -100


class _ChunkedLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx, hidden: Tensor, weight: Tensor, labels: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
        counted = (labels != IGNORED).sum().clamp(min=1)
        chunk = CHUNK[hidden.device.type]
        weight_low = weight.to(hidden.dtype)
        grad_hidden = torch.empty_like(hidden)
        grad_weight = torch.zeros_like(weight, dtype=torch.float32)
        total = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(hidden), chunk):
            rows = slice(start, start + chunk)
            wanted = labels[rows].clamp(min=0)[:, None]
            mask = (labels[rows] != IGNORED)[:, None].float()
            log_p = (hidden[rows] @ weight_low.T).float().log_softmax(-1)  # (chunk, vocab)
            total -= (log_p.gather(1, wanted) * mask).sum()
            slope = log_p.exp_()
            slope.scatter_add_(1, wanted, torch.full_like(mask, -1.0))
            slope = (slope.mul_(mask / counted)).to(hidden.dtype)
            grad_hidden[rows] = slope @ weight_low
            grad_weight += slope.T @ hidden[rows]
        ctx.save_for_backward(grad_hidden, grad_weight.to(weight.dtype))
        return total / counted

    @staticmethod
    def backward(ctx, slope: Tensor) -> tuple[Tensor, Tensor, None]:  # type: ignore[no-untyped-def]
        grad_hidden, grad_weight = ctx.saved_tensors
        return grad_hidden * slope, grad_weight * slope, None


def next_token_loss(hidden: Tensor, weight: Tensor, labels: Tensor) -> Tensor:
    """The mean negative log-likelihood of the labels, in nats per counted token.

    hidden: (positions, width), any float type; weight: (vocab, width); labels: (positions,),
    already shifted: the token that follows, -100 where none is counted.
    """
    loss: Tensor = _ChunkedLoss.apply(hidden, weight, labels)
    return loss
