/** One axis of a layer, counted in cells, under the names that it has in Python. */
interface Axis {
  operation?: string; // "transposed", or one that has windows
  size: number;
  kernel: number;
  stride: number;
  dilation: number;
  pad_low: number;
  pad_high: number;
  output_padding?: number;
  ceil_mode?: boolean;
}

/** What follows from an axis. */
interface Count {
  span: number; // the effective kernel
  room: number; // cells left over behind the first window; of stamps, all that they cover
  steps: number; // from the first window or stamp to the last; with ceil_mode one may be dropped
  output: number; // 0 where nothing fits
  unused: number; // cells at the end that no window reads
  overhang: number; // cells by which the last window hangs over the end
  why: string; // what Python says where nothing fits, else ""
}

/** The receptive field of a stack, as in Python. */
interface Field {
  size: number;
  stride: number;
  padding: number;
}

/** A layer of a stack, and what its outputs see of the input. */
interface Layer {
  axis: Axis;
  count: Count;
  field: Field;
}

/** A layer with rows and columns. */
interface LayerCount {
  direct: boolean; // windows over the input, not stamps on the output
  axes: Axis[];
  counts: Count[];
  tape: number[]; // rows and columns that windows or stamps move over
  steps: number[]; // rows and columns of windows or stamps
  why: string;
}

/** Channels in and out, under the names that they have in Python; what is not given goes without saying. */
interface Channels {
  channels?: number;
  filters?: number;
  groups?: number;
  multiplier?: number; // of a depthwise layer
  bias?: boolean;
}

/** What code needs to know of a layer beside its axes. */
interface Kind extends Channels {
  operation: string;
  rule: string;
  pooling: string;
}

/** A layer with all that goes without saying, and the names of its input, its output and, at the end, its weights. */
interface Coded extends Kind {
  axes: Axis[];
  channels: number;
  filters: number;
  groups: number;
  bias: boolean;
  names: { x: string; y: string; end: string };
}

/** A layer as code of a framework: what is to be said of it, and its calls. */
interface Written {
  notes: string[];
  calls: string[];
}

/** How a framework writes each kind of layer, or a sentence that says why it has none; and several in a row. */
interface Framework {
  title: string;
  writers: Record<string, (layer: Coded) => Written | string>;
  statement: (call: string) => string;
  frame: (code: string) => string;
}

/** What an explorer shows: numbers, choices and switches, under the names that they have in Python. */
interface State extends Kind {
  [name: string]: any;
}

/** Some of it. */
type Change = Record<string, any>;

/** A cell of a window. */
interface WindowCell {
  row: number;
  column: number;
  weight: number;
  isData: boolean;
  isPadded: boolean; // data or padding, not beyond
}

/** A picture as the marks that it is made of, each one or more SVG elements as text, in pixels. */
interface Picture {
  width: number;
  height: number;
  paper: string;
  marks: string[];
}

/** A question, as Python asks it. */
interface Asked {
  text: string;
  hint: string; // what the first wrong answer brings
  find: string; // "output", "kernel", "stride" or "padding"; or "number", with a reason and no axes
  axes: Axis[];
  output: number; // what the answer must lead to
  answer: number; // the smallest that is right
  why: string;
}
