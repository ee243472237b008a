var convarith = convarith || {};

/** Layers as code for four frameworks. */
convarith.code = (() => {
  "use strict";
  const { codeOf } = convarith.emit;
  const { keras, pytorch, onnx, jax } = convarith;

  const FRAMEWORKS = { keras, pytorch, onnx, jax };

  /** One layer, of one to three axes. @param {Framework} framework @returns {(kind: Kind, axes: Axis[]) => string} */
  const writerFor = (framework) => (kind, axes) => codeOf(framework, [{ kind, axes }]);
  const [inKeras, inPyTorch, inOnnx, inJax] = Object.values(FRAMEWORKS).map(writerFor);

  return { FRAMEWORKS, codeOf, inKeras, inPyTorch, inOnnx, inJax };
})();
