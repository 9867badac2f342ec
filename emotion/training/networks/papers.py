"""The networks of the five papers that this project grew out of, as far as their papers tell them.

Each function returns a trunk: everything before the softmax layer. What a paper leaves open is
named in its docstring together with what was put there; every row of the comparison is then
trained alike, so no figure here is a reproduction of the authors' own training.
"""

from typing import TypeAlias

import keras
from keras import layers

from emotion.training.networks.backbones import BACKBONES
from emotion.training.networks.network import INPUT_SHAPE, Network
from emotion.training.networks.normalisation import BatchNormalization

Tensor: TypeAlias = keras.KerasTensor


def karan_cnn() -> keras.Model:
    """Karan's CNN "with batch normalisation and dropout".

    The paper gives no layers. Put here: four blocks of the plainest kind, conv3 64 to 512, and
    one dense layer of 256.
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    for filters in (64, 128, 256, 512):
        x = _convolution(x, filters, 3)
        x = layers.Dropout(0.25)(layers.MaxPooling2D()(x))
    x = _dense_normalised(layers.Flatten()(x), 256)
    return keras.Model(inputs, x, name="karan_cnn")


def jain_cnn() -> keras.Model:
    """The CNN of Jain & Acharya (2019): three times two convolutions, two dense layers of 1024.

    Nothing is said of padding: none, as is the default of the tool they used.
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    for filters, size in ((64, 5), (128, 3), (256, 3)):
        x = layers.Conv2D(filters, size, activation="relu")(x)
        x = layers.Conv2D(filters, size, activation="relu")(x)
        x = layers.MaxPooling2D()(BatchNormalization()(x))
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.ReLU()(BatchNormalization()(layers.Dense(1024)(x)))
        x = layers.Dropout(0.3)(x)
    return keras.Model(inputs, x, name="jain_cnn")


def jain_vgg19() -> keras.Model:
    """What Jain & Acharya (2019) call VGG19: thirteen convolutions without normalisation.

    Open: the initial weights. Those of He et al. (2015) are put here: of Keras's default about 1%
    of the signal passes thirteen rectifiers in a row.
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    for filters, depth in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(depth):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(
                x
            )
        x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(1024, activation="relu", kernel_initializer="he_normal")(x)
        x = layers.Dropout(0.5)(x)
    return keras.Model(inputs, x, name="jain_vgg19")


def jain_resnet32() -> keras.Model:
    """The ResNet-32 of Jain & Acharya (2019): three stages of five blocks, 16, 32 and 64 filters.

    It is the network that He et al. (2016) made for small pictures. Open: the shortcut where a
    stage begins; put here, a convolution of 1x1, as in Keras's own example of it.
    """
    inputs = keras.Input(INPUT_SHAPE)
    x = _residual_convolution(inputs, 16)
    for filters in (16, 32, 64):
        for block in range(5):
            stride = 2 if block == 0 and filters > 16 else 1
            shortcut = x
            if stride > 1:
                shortcut = layers.Conv2D(filters, 1, strides=stride, kernel_initializer="he_normal")(x)
            x = _residual_convolution(x, filters, stride=stride)
            x = _residual_convolution(x, filters, rectified=False)
            x = layers.ReLU()(layers.Add()([x, shortcut]))
    return keras.Model(inputs, layers.GlobalAveragePooling2D()(x), name="jain_resnet32")


def danish_cnn() -> keras.Model:
    """Danish's CNN: four convolutions, the third with 254 filters as printed, two dense layers.

    Open: padding (without it nothing is left to pool after the fourth convolution, so it is
    padded here) and the share of the dropout (a quarter).
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    for filters, size in ((64, 3), (128, 5), (254, 3), (512, 3)):
        x = _convolution(x, filters, size)
        x = layers.Dropout(0.25)(layers.MaxPooling2D()(x))
    x = layers.Flatten()(x)
    for units in (512, 256):
        x = layers.Dense(units, activation="relu")(x)
    return keras.Model(inputs, x, name="danish_cnn")


def saleem_gray_cnn() -> keras.Model:
    """Saleem's (2024) first network: 684,036 parameters with four classes.

    The paper gives that number and no layers. Three blocks of conv3 32/64/128 with batch
    normalisation and one dense layer of 128 have exactly as many, and conv3 64/128/256 with
    dense layers of 256 and 128 exactly the 2,765,316 of its sister for colour; but so have
    others (three unpadded convolutions of the same widths without normalisation and two dense
    layers of 256). Which it was stays unknown, and whether it dropped anything out.
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    for filters in (32, 64, 128):
        x = layers.MaxPooling2D()(_convolution(x, filters, 3))
    x = layers.Dense(128, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, x, name="saleem_gray_cnn")


def saleem_complex_cnn() -> keras.Model:
    """The "complex CNN" of Saleem (2024), the one chosen there: 1,839,876 parameters with four classes.

    Pooling stands before the rectifier: both are monotone, so the function is the same and
    the rectifier touches a quarter of the values.
    """
    inputs = keras.Input(INPUT_SHAPE)
    x = layers.Conv2D(32, 3, padding="same")(inputs)
    x = layers.ReLU()(layers.MaxPooling2D()(x))
    x = layers.GaussianNoise(0.1)(_leaky_block(x, 64))
    x = layers.Dropout(0.2)(_leaky_block(x, 128))
    x = layers.GaussianNoise(0.1)(_leaky_block(x, 256))
    x = layers.Dropout(0.2)(_leaky_block(x, 512))
    x = _dense_normalised(layers.Flatten()(x), 256)
    return keras.Model(inputs, _dense_normalised(x, 512), name="saleem_complex_cnn")


def saleem_complex_cnn_2() -> keras.Model:
    """The "complex CNN 2" of Saleem (2024): 3,412,100 parameters with four classes.

    The paper gives that number and no layers, and the number does not pin them. Put here is the
    one network of its sister's kind that has exactly as many, among those with four to seven
    convolutions of 3x3 that never narrow (16 to 512 filters), normalised all or from the second
    on, three to five poolings, and one or two normalised dense layers (64 to 1024): convolutions
    of 32, 64, 128, 128, 128 and 512, three poolings, dense layers of 128 and 512. Where it pools
    (here after every second convolution), rectifies and drops out (here like its sister) stays
    unknown.
    """
    inputs = keras.Input(INPUT_SHAPE)
    x = layers.ReLU()(layers.Conv2D(32, 3, padding="same")(inputs))
    x = layers.GaussianNoise(0.1)(_leaky_block(x, 64))
    x = layers.Dropout(0.2)(_leaky_block(_leaky_block(x, 128, pooled=False), 128))
    x = layers.Dropout(0.2)(_leaky_block(_leaky_block(x, 128, pooled=False), 512))
    x = _dense_normalised(layers.Flatten()(x), 128)
    return keras.Model(inputs, _dense_normalised(x, 512), name="saleem_complex_cnn_2")


def monyok_cnn() -> keras.Model:
    """Monyok's (2021) small CNN: three convolutions of 32, 64 and 64, one dense layer of 64.

    Nothing is said of padding and activations: none and rectifiers, as in the tutorial that has
    the same layers.
    """
    x = inputs = keras.Input(INPUT_SHAPE)
    x = layers.MaxPooling2D()(layers.Conv2D(32, 3, activation="relu")(x))
    x = layers.MaxPooling2D()(layers.Conv2D(64, 3, activation="relu")(x))
    x = layers.Conv2D(64, 3, activation="relu")(x)
    x = layers.Dense(64, activation="relu")(layers.Flatten()(x))
    return keras.Model(inputs, x, name="monyok_cnn")


JAIN, SALEEM = "Jain & Acharya 2019", "Saleem 2024"

PAPERS: tuple[Network, ...] = (
    Network("karan_cnn", karan_cnn, paper="Karan"),
    Network("jain_cnn", jain_cnn, paper=JAIN),
    Network("jain_vgg19", jain_vgg19, paper=JAIN),
    Network("jain_resnet32", jain_resnet32, paper=JAIN),
    Network("danish_cnn", danish_cnn, paper="Danish"),
    Network("saleem_gray_cnn", saleem_gray_cnn, paper=SALEEM),
    Network("saleem_complex_cnn", saleem_complex_cnn, paper=SALEEM),
    Network("saleem_complex_cnn_2", saleem_complex_cnn_2, paper=SALEEM),
    *BACKBONES,
    Network("monyok_cnn", monyok_cnn, paper="Monyok 2021"),
)


def _convolution(x: Tensor, filters: int, size: int) -> Tensor:
    x = layers.Conv2D(filters, size, padding="same")(x)
    return layers.ReLU()(BatchNormalization()(x))


def _residual_convolution(x: Tensor, filters: int, *, stride: int = 1, rectified: bool = True) -> Tensor:
    x = layers.Conv2D(filters, 3, strides=stride, padding="same", kernel_initializer="he_normal")(x)
    x = BatchNormalization()(x)
    return layers.ReLU()(x) if rectified else x


def _leaky_block(x: Tensor, filters: int, *, pooled: bool = True) -> Tensor:
    x = BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(x))
    return layers.LeakyReLU(negative_slope=0.1)(layers.MaxPooling2D()(x) if pooled else x)


def _dense_normalised(x: Tensor, units: int) -> Tensor:
    x = layers.Dense(units, activation="relu")(x)
    return layers.Dropout(0.2)(BatchNormalization()(x))
