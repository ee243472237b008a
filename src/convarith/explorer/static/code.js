var convarith = convarith || {};

/** Layers as code for four frameworks. */
convarith.code = (() => {
  "use strict";
  const { codeOf } = convarith.emit;
  const { keras, pytorch, onnx, jax } = convarith;

  const FRAMEWORKS = { keras, pytorch, onnx, jax };

  return { FRAMEWORKS, codeOf };
})();
