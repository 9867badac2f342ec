"""The served file once more, for LiteRT.js in a browser: float32 at its border, one face at a time."""

from copy import copy
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from emotion.training.data.errors import TrainingError

FILE_IDENTIFIER = b"TFL3"


def with_float_input(network: bytes) -> bytes:
    """The same network with float32 values at its input, which it takes to int8 itself, as its first step.

    It reads one face at a time, as it does here: LiteRT.js takes no batch of any size. All else stays as it
    is, so the answers do. Its outputs must be float32 already, as `export` makes them.

    Raises:
        TrainingError: the network has no single int8 input, or an output that is not float32.
    """
    model = schema.ModelT.InitFromPackedBuf(network, 0)
    (graph,) = model.subgraphs
    if len(graph.inputs) != 1 or graph.tensors[graph.inputs[0]].type != schema.TensorType.INT8:
        raise TrainingError("the network does not have one input of int8")
    if any(graph.tensors[each].type != schema.TensorType.FLOAT32 for each in graph.outputs):
        raise TrainingError("an output of the network is not float32")
    for each in graph.tensors:
        each.shapeSignature = (
            None  # where it stood, it said which sizes may be others than those of the shape
        )
    inner = int(graph.inputs[0])
    outer = len(graph.tensors)
    graph.tensors.append(_as_floats(graph.tensors[inner]))
    graph.inputs = np.array([outer], np.int32)
    graph.operators.insert(0, _step(_quantising(model), outer, inner))
    for signature in model.signatureDefs:
        for each in signature.inputs:
            each.tensorIndex = outer
    builder = flatbuffers.Builder(len(network) + 1024)
    builder.Finish(model.Pack(builder), FILE_IDENTIFIER)
    return bytes(builder.Output())


def _as_floats(tensor: Any) -> Any:
    floats = copy(tensor)
    floats.type = schema.TensorType.FLOAT32
    floats.quantization = None
    floats.buffer = 0  # the empty one, for values that are given
    floats.name = tensor.name + b"_float"
    return floats


def _quantising(model: Any) -> int:
    """The place of QUANTIZE among the operators that the model names."""
    quantise = schema.BuiltinOperator.QUANTIZE
    for place, each in enumerate(model.operatorCodes):
        if each.builtinCode == quantise:
            return place
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = quantise
    code.version = 1
    model.operatorCodes.append(code)
    return len(model.operatorCodes) - 1


def _step(operator: int, source: int, target: int) -> Any:
    step = schema.OperatorT()
    step.opcodeIndex = operator
    step.inputs, step.outputs = np.array([source], np.int32), np.array([target], np.int32)
    return step
