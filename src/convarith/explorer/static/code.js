var convarith = convarith || {};

/** The same layer as code for Keras and PyTorch, for one axis or for two. */
convarith.code = (() => {
  "use strict";
  const { countAxis, isOfKeras } = convarith.arithmetic;

  /** @typedef {"kernel"|"stride"|"dilation"|"pad_low"|"pad_high"|"output_padding"} Name */

  /** One number for all axes, or one for each: "2", "(2, 3)". @param {Axis[]} axes @param {Name} name */
  function perAxis(axes, name) {
    const numbers = axes.map((axis) => axis[name] || 0);
    return numbers.every((number) => number === numbers[0]) ? String(numbers[0]) : `(${numbers.join(", ")})`;
  }

  /** @param {Axis[]} axes @param {Name} name @param {number} usual */
  const anyDiffers = (axes, name, usual) => axes.some((axis) => (axis[name] || 0) !== usual);
  /** @param {Axis[]} axes */
  const isPadded = (axes) => anyDiffers(axes, "pad_low", 0) || anyDiffers(axes, "pad_high", 0);
  /** @param {string} call */
  const applied = (call) => `x = ${call}(x)`;

  /**
   * The kernel and what is not as usual after it, under a framework's own names.
   * @param {Axis[]} axes @param {{stride: string, dilation: string}} names @param {boolean} pool
   */
  function argumentsOf(axes, names, pool) {
    const found = [perAxis(axes, "kernel")];
    if (pool || anyDiffers(axes, "stride", 1)) found.push(`${names.stride}=${perAxis(axes, "stride")}`);
    if (anyDiffers(axes, "dilation", 1)) found.push(`${names.dilation}=${perAxis(axes, "dilation")}`);
    return found;
  }

  /** @param {Kind} kind @param {Axis[]} axes */
  function inKeras(kind, axes) {
    const refusal = refusalOfKeras(kind, axes);
    if (refusal) return `# ${refusal}`;
    const names = { stride: "strides", dilation: "dilation_rate" };
    const given = argumentsOf(axes, names, kind.operation === "pool");
    if (kind.operation === "pool") return kerasPool(kind, axes, given);
    if (kind.operation === "transposed") {
      if (isOfKeras(kind.rule, axes[0])) {
        if (kind.rule === "same") given.push('padding="same"');
        return kerasLayer("Conv#Transpose", axes, `1, ${given.join(", ")}`);
      }
      given.push(`output_padding=${perAxis(axes, "output_padding")}`);
      const layer = kerasLayer("Conv#Transpose", axes, `1, ${given.join(", ")}`);
      return isPadded(axes) ? `${layer}\n${kerasFrame("Cropping#", axes)}` : layer;
    }
    const named = kind.rule === "same" || (kind.rule === "causal" && axes.length === 1);
    if (named) given.push(`padding="${kind.rule}"`);
    const layer = kerasLayer("Conv#", axes, `1, ${given.join(", ")}`);
    return named || !isPadded(axes) ? layer : `${kerasFrame("ZeroPadding#", axes)}\n${layer}`;
  }

  /** @param {Kind} kind @param {Axis[]} axes */
  function refusalOfKeras({ operation, rule, pooling }, axes) {
    const dilated = anyDiffers(axes, "dilation", 1);
    if (operation === "pool") {
      if (dilated) return "Keras has no pooling with dilation.";
      if (axes.some((axis) => countAxis(axis).overhang)) {
        return "Keras has no ceil_mode: its last window never hangs over.";
      }
      if (pooling === "average" && rule !== "same" && isPadded(axes)) {
        return 'Keras leaves padding out of an average only with padding="same".';
      }
      return "";
    }
    if (dilated && anyDiffers(axes, "stride", 1)) return "Keras refuses strides together with dilation.";
    if (axes.some((axis) => (axis.output_padding || 0) >= axis.stride)) {
      return "Keras refuses output padding that is not smaller than the stride.";
    }
    return "";
  }

  /** @param {Kind} kind @param {Axis[]} axes @param {string[]} given */
  function kerasPool({ rule, pooling }, axes, given) {
    const named = rule === "same" && pooling !== "average_padded";
    if (named) given.push('padding="same"');
    const name = pooling === "max" ? "MaxPooling#" : "AveragePooling#";
    const lines = [kerasLayer(name, axes, given.join(", "))];
    const reached = axes.map(asFarAsRead);
    if (!named && isPadded(reached)) {
      const pads = `((0, 0), ${sidesOf(reached)}, (0, 0))`;
      const filled = `x = keras.ops.pad(x, ${pads}, constant_values=float("-inf"))`;
      lines.unshift(pooling === "max" ? filled : kerasFrame("ZeroPadding#", reached));
      lines.unshift("# Keras pools take no padding in numbers.");
    }
    return lines.join("\n");
  }

  /** Without the padding in which ceil_mode has dropped a window. @param {Axis} axis @returns {Axis} */
  function asFarAsRead(axis) {
    const dropped = axis.ceil_mode ? countAxis(axis).unused : 0;
    return { ...axis, pad_high: Math.max(axis.pad_high - dropped, 0) };
  }

  /** @param {Axis[]} axes */
  const sidesOf = (axes) => axes.map((axis) => `(${axis.pad_low}, ${axis.pad_high})`).join(", ");
  /** A layer that pads or crops. @param {string} name @param {Axis[]} axes */
  const kerasFrame = (name, axes) => kerasLayer(name, axes, axes.length > 1 ? `(${sidesOf(axes)})` : sidesOf(axes));

  /** @param {string} name with # for "1D" or "2D" @param {Axis[]} axes @param {string} given */
  function kerasLayer(name, axes, given) {
    return applied(`keras.layers.${name.replace("#", `${axes.length}D`)}(${given})`);
  }

  /** @param {Kind} kind @param {Axis[]} axes */
  function inPyTorch(kind, axes) {
    const { operation, rule } = kind;
    if (operation === "pool") return pytorchPool(kind, axes);
    const given = argumentsOf(axes, { stride: "stride", dilation: "dilation" }, false);
    const named = operation === "conv" && rule === "same" && !anyDiffers(axes, "stride", 1); // refused with a stride
    const even = axes.every((axis) => axis.pad_low === axis.pad_high);
    if (named) given.push('padding="same"');
    else if (even && isPadded(axes)) given.push(`padding=${perAxis(axes, "pad_low")}`);
    if (operation === "transposed") {
      if (anyDiffers(axes, "output_padding", 0)) given.push(`output_padding=${perAxis(axes, "output_padding")}`);
      const layer = applied(`nn.ConvTranspose${axes.length}d(1, 1, ${given.join(", ")})`);
      return even ? layer : `${layer}\nx = F.pad(x, (${lastAxisFirst(axes, -1)}))  # cuts off`;
    }
    const layer = applied(`nn.Conv${axes.length}d(1, 1, ${given.join(", ")})`);
    return named || even ? layer : `x = F.pad(x, (${lastAxisFirst(axes)}))\n${layer}`;
  }

  /** @param {Kind} kind @param {Axis[]} axes */
  function pytorchPool({ pooling }, axes) {
    const given = argumentsOf(axes, { stride: "stride", dilation: "dilation" }, true);
    const max = pooling === "max";
    const { ceil_mode } = axes[0];
    // A pool takes no more padding than half its kernel; what it does not take, F.pad adds.
    const taken = axes.every(({ pad_low, pad_high, kernel }) => pad_low === pad_high && 2 * pad_low <= kernel);
    if (!max && anyDiffers(axes, "dilation", 1)) return "# PyTorch has no average pooling with dilation.";
    if (!taken && (ceil_mode || pooling === "average")) {
      return "# PyTorch pads both sides of a pool alike, by half the kernel at most.";
    }
    if (taken && isPadded(axes)) given.push(`padding=${perAxis(axes, "pad_low")}`);
    if (ceil_mode) given.push("ceil_mode=True");
    if (isPadded(axes) && pooling === "average") given.push("count_include_pad=False");
    const layer = `x = F.${max ? "max" : "avg"}_pool${axes.length}d(x, ${given.join(", ")})`;
    const fill = max ? ', value=float("-inf")' : "";
    return taken ? layer : `x = F.pad(x, (${lastAxisFirst(axes)})${fill})\n${layer}`;
  }

  /** The sides as F.pad takes them. @param {Axis[]} axes @param {1|-1} sign */
  function lastAxisFirst(axes, sign = 1) {
    return [...axes].reverse().flatMap((axis) => [sign * axis.pad_low, sign * axis.pad_high]).join(", ");
  }

  return { inKeras, inPyTorch };
})();
