"""Convolutions with groups, dilation, by depth and transposed; upsampling; normalizations of single images."""

from keras import layers

from layers import MAKERS, conv

MAKERS["conv2d"] = lambda spec: layers.Conv2D(
    spec["filters"],
    spec["kernelSize"],
    groups=spec.get("groups", 1),
    use_bias=spec.get("useBias", True),
    activation=spec.get("activation", "linear"),
    **windows(spec),
)
MAKERS["depthwiseConv2d"] = lambda spec: layers.DepthwiseConv2D(
    spec["kernelSize"], depth_multiplier=spec.get("depthMultiplier", 1), **windows(spec)
)
MAKERS["separableConv2d"] = lambda spec: layers.SeparableConv2D(
    spec["filters"], spec["kernelSize"], depth_multiplier=spec.get("depthMultiplier", 1), **windows(spec)
)
MAKERS["conv2dTranspose"] = lambda spec: layers.Conv2DTranspose(
    spec["filters"], spec["kernelSize"], output_padding=spec.get("outputPadding"), **windows(spec)
)

MAKERS["globalMaxPooling2d"] = lambda spec: layers.GlobalMaxPooling2D(keepdims=spec.get("keepdims", False))
MAKERS["upSampling2d"] = lambda spec: layers.UpSampling2D(
    spec["size"], interpolation=spec.get("interpolation", "nearest")
)
MAKERS["layerNormalization"] = lambda spec: layers.LayerNormalization(
    epsilon=spec.get("epsilon", 1e-3), scale=spec.get("scale", True)
)
MAKERS["groupNormalization"] = lambda spec: layers.GroupNormalization(
    spec["groups"], center=spec.get("center", True)
)
MAKERS["unitNormalization"] = lambda spec: layers.UnitNormalization()


def windows(spec):
    return {
        "strides": spec.get("strides", [1, 1]),
        "padding": spec.get("padding", "valid"),
        "dilation_rate": spec.get("dilationRate", [1, 1]),
    }


def cases():
    for padding in ("valid", "same"):
        for size, dilation in ((3, [2, 2]), (2, [1, 3])):
            options = {"padding": padding, "dilationRate": dilation}
            yield f"conv2d-dilation-{padding}-{size}", conv("", 3, size, **options), [[1, 7, 6, 2]], {}
    yield "conv2d-groups", conv("", 6, 3, groups=2, strides=[2, 2], padding="same"), [[2, 6, 5, 4]], {}
    yield "conv2d-groups-of-one", conv("", 6, 2, groups=3), [[2, 4, 5, 3]], {}
    for padding in ("valid", "same"):
        for size, strides, multiplier in (([3, 3], [1, 1], 1), ([3, 2], [2, 2], 2), ([5, 3], [1, 1], 3)):
            window = {"kernelSize": size, "strides": strides, "padding": padding, "depthMultiplier": multiplier}
            ending = f"{padding}-{size[0]}x{size[1]}-{strides[0]}"
            yield f"depthwiseConv2d-{ending}", {"kind": "depthwiseConv2d", **window}, [[1, 6, 7, 3]], {}
    dilated = {"kernelSize": [3, 2], "dilationRate": [2, 3], "padding": "same"}
    yield "depthwiseConv2d-dilation", {"kind": "depthwiseConv2d", **dilated}, [[1, 6, 7, 3]], {}
    separable = {"kind": "separableConv2d", "filters": 4, "kernelSize": [3, 2], "depthMultiplier": 2}
    for padding, strides in (("valid", [1, 1]), ("same", [2, 2])):
        yield f"separableConv2d-{padding}", {**separable, "padding": padding, "strides": strides}, [[2, 6, 5, 3]], {}
    for padding in ("valid", "same"):
        for size, strides in (([3, 3], [1, 1]), ([3, 2], [2, 1]), ([4, 4], [2, 2]), ([2, 3], [3, 2]), ([1, 2], [3, 3])):
            window = {"filters": 2, "kernelSize": size, "strides": strides, "padding": padding}
            ending = f"{padding}-{size[0]}x{size[1]}-{strides[0]}x{strides[1]}"
            yield f"conv2dTranspose-{ending}", {"kind": "conv2dTranspose", **window}, [[1, 4, 3, 3]], {}
    padded = {"kind": "conv2dTranspose", "filters": 2, "strides": [2, 3], "outputPadding": [1, 2]}
    yield "conv2dTranspose-outputPadding-valid", {**padded, "kernelSize": [3, 4]}, [[1, 4, 3, 3]], {}
    yield "conv2dTranspose-outputPadding-same", {**padded, "kernelSize": [3, 5], "padding": "same"}, [[1, 4, 3, 3]], {}
    yield "globalMaxPooling2d", {"kind": "globalMaxPooling2d"}, [[2, 5, 3, 4]], {}
    yield "globalMaxPooling2d-keepdims", {"kind": "globalMaxPooling2d", "keepdims": True}, [[2, 3, 4, 2]], {}
    for interpolation in ("nearest", "bilinear"):
        for size in ([2, 2], [3, 1], [1, 4]):
            given = {"size": size, "interpolation": interpolation}
            ending = f"{interpolation}-{size[0]}x{size[1]}"
            yield f"upSampling2d-{ending}", {"kind": "upSampling2d", **given}, [[1, 3, 4, 2]], {}
    yield "layerNormalization", {"kind": "layerNormalization"}, [[2, 3, 4, 5]], {"training": True}
    other = {"kind": "layerNormalization", "epsilon": 0.1, "scale": False}
    yield "layerNormalization-vectors", other, [[3, 7]], {}
    for groups in (1, 3, -1):
        spec = {"kind": "groupNormalization", "groups": groups}
        yield f"groupNormalization-{groups}", spec, [[2, 3, 4, 6]], {"training": True}
    spec = {"kind": "groupNormalization", "groups": 2, "center": False}
    yield "groupNormalization-vectors", spec, [[3, 8]], {}
    yield "unitNormalization", {"kind": "unitNormalization"}, [[2, 3, 4, 5]], {}
