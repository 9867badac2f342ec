"""What a head is trained to make small."""

import keras
from keras import ops


class HeadLoss(keras.losses.Loss):
    """Cross-entropy of one head's logits, with a share of a teacher's softened answer.

    Targets (n, classes) are probabilities; (n, 2 * classes) hold the teacher's behind them. The
    teacher's part counts temperature² (Hinton et al., 2015), so that its gradients keep their size.
    """

    def __init__(self, share: float = 0.0, temperature: float = 1.0) -> None:
        super().__init__(name="head_loss")
        self.share, self.temperature = share, temperature

    def call(self, y_true: keras.KerasTensor, y_pred: keras.KerasTensor) -> keras.KerasTensor:
        classes = y_pred.shape[-1]
        loss = _cross_entropy(y_true[:, :classes], y_pred)
        if not self.share:
            return loss
        taught = _cross_entropy(y_true[:, classes:], y_pred / self.temperature)
        return (1 - self.share) * loss + self.share * self.temperature**2 * taught


def _cross_entropy(wanted: keras.KerasTensor, logits: keras.KerasTensor) -> keras.KerasTensor:
    return -ops.sum(wanted * ops.log_softmax(logits, axis=-1), axis=-1)
