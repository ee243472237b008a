var convarith = convarith || {};

/** What one layer costs, as `Conv`, `TransposedConv` and `Pool` count it: tests hold them equal. */
convarith.cost = (() => {
  "use strict";

  const NOTHING = { weights: 0, input: 0, output: 0 };

  /**
   * What the layer has with all that goes without saying: a multiplier makes it depthwise, a pool has as many
   * filters as channels.
   * @param {string} operation @param {Channels} given
   */
  function channelsOf(operation, { channels = 1, filters = 1, groups = 1, multiplier = 0, bias = true }) {
    if (operation === "pool") return { channels, filters: channels, groups: 1, bias: false };
    if (multiplier) return { channels, filters: channels * multiplier, groups: channels, bias };
    return { channels, filters, groups, bias };
  }

  /** What Python says of groups that do not divide, else "". @param {string} operation @param {Channels} given */
  function refusalOf(operation, given) {
    const { channels, filters, groups } = channelsOf(operation, given);
    const counts = Object.entries({ channels, filters, groups });
    const few = counts.find(([, number]) => number < 1);
    if (few) return `${few[0]} must be at least 1, but is ${few[1]}`;
    const odd = counts.find(([, number]) => number % groups);
    return odd ? `${odd[0]} must be a multiple of groups (${groups}), but is ${odd[1]}` : "";
  }

  /** @param {number[]} numbers */
  const product = (numbers) => numbers.reduce((one, other) => one * other, 1);

  /**
   * Parameters, multiply-accumulates and activations for one input; and the bytes in memory of weights, input
   * and output for the whole batch. `layerCount` is what `countLayer` returns.
   * @param {string} operation @param {LayerCount} layerCount
   * @param {Channels & {batch?: number, bytes?: number}} given bytes: of one number
   */
  function costOf(operation, { axes, counts, why: misfit }, given) {
    const { batch = 1, bytes = 4 } = given;
    const { channels, filters, groups, bias } = channelsOf(operation, given);
    const why = refusalOf(operation, given) || misfit;
    if (why) return { parameters: 0, macs: 0, activations: 0, memory: NOTHING, why };
    const cells = product(axes.map((axis) => axis.size)), outputs = product(counts.map((count) => count.output));
    const window = product(axes.map((axis) => axis.kernel));
    const weights = operation === "pool" ? 0 : window * channels / groups * filters;
    const parameters = weights + (bias ? filters : 0), activations = outputs * filters;
    return {
      parameters,
      macs: weights * (operation === "transposed" ? cells : outputs), // every stamp, or every window
      activations,
      memory: {
        weights: parameters * bytes, input: batch * cells * channels * bytes, output: batch * activations * bytes,
      },
      why,
    };
  }

  return { channelsOf, refusalOf, costOf };
})();
