/**
 * One layer of a network, under the names of the library, whatever framework its source is in. What a kind
 * does not have is absent; what the source leaves out has its framework's default written in. Numbers for each
 * axis are lists with one number for each, rows before columns.
 */
interface NetworkLayer {
  kind: LayerKind;
  type: string; // the name of the class or function in the source: "Conv2d", "MaxPooling2D", "max_pool2d"
  name: string; // "conv1", "layer1.0.conv2"; "" where the source gives none
  line: number; // of the source, from 1

  // The way through the network; absent in a plain sequence.
  reads?: number[]; // numbers of the layers that it reads, -1 for the input; else the layer before it
  branch?: string; // what a layer beside the line is called, as "downsample": it is counted, and the line goes on
  shares?: number; // number of the layer whose weights these are, where one is applied again

  // What windows and stamps have: conv, separable, transposed, pool.
  rank?: number; // how many axes it has, 1 to 3; of padding, cropping, upsampling and global pools, too
  kernel?: number[];
  stride?: number[];
  dilation?: number[];
  padding?: Rule | Sides[]; // a rule for all axes, or the cells of each; of padding and cropping, always cells
  padding_mode?: "zeros" | "reflect" | "replicate" | "circular"; // what stands in the padding
  ceil_mode?: boolean; // of a pool
  output_padding?: number[] | null; // of a transposed layer; null leaves it to Keras's rule

  // Channels and weights.
  channels?: number | null; // of the input, as the source says: in_channels, in_features, num_features; null: not said
  filters?: number; // of the output; units of a dense layer
  groups?: number | "channels"; // "channels": as many as arrive, as a depthwise layer has
  multiplier?: number; // of a depthwise or separable layer: filters for each channel that arrives
  bias?: boolean; // of a norm: whether it has an offset
  scale?: boolean; // of a norm: whether it has a factor
  statistics?: boolean; // of a norm: whether it keeps a mean and a variance, which are not trained
  along?: "channels" | "last" | "all" | "one"; // what a dense layer reads, and where a norm has numbers; see below
  mixes?: boolean; // of a norm: whether its means are those of places, not of what was learned

  activation?: string; // what is applied behind the layer; what an activation is, or "" where that has numbers
  pooling?: "max" | "average" | "average_padded"; // as of the explorer: the last counts its padding in the divisor
  keep?: boolean; // of a global pool: whether axes stay, with size 1
  outputs?: (number | null)[]; // sizes that an adaptive pool or upsampling makes, for all axes or each; null keeps one
  times?: number[]; // of upsampling, one for all axes or one for each
  interpolation?: "nearest" | "linear" | "cubic"; // of upsampling
  corners?: boolean; // of upsampling: whether the middles of the corner cells stay where they are
  target?: number[]; // of reshape: sizes, then channels, -1 for what is left; of flatten and a norm: what must be there
  refusal?: string; // why its framework does not make it whatever arrives, as a sentence
  why?: string; // of an unknown layer: what is not understood, as a sentence
}

/** What a layer does. */
type LayerKind =
  | "conv" // also grouped and depthwise
  | "separable"
  | "transposed"
  | "pool"
  | "adaptive"
  | "global"
  | "dense"
  | "flatten"
  | "reshape"
  | "padding"
  | "cropping"
  | "upsampling"
  | "norm"
  | "activation"
  | "identity" // what hands on what it gets: dropout, and whatever does nothing once a network is trained
  | "add" // of maps that are alike, number by number: addition, multiplication, maximum
  | "concatenate" // along the channels
  | "unknown"; // not understood: counted as if it changed nothing, and what follows is in doubt

type Rule = "valid" | "same" | "causal";
type Sides = [low: number, high: number];
// Of `along`: "last" is PyTorch's last axis, that of the columns where there are places; "all" are places and
// channels, each with numbers of its own; "one" is one number for all of them.

/** What goes from layer to layer, for one input: a vector has no sizes. */
interface Shape {
  channels: number;
  sizes: number[];
  flat?: number[]; // of a vector: sizes and channels of the map that was flattened to it
}

/** What is read of a text. */
interface Reading {
  framework: "keras" | "pytorch" | "";
  layers: NetworkLayer[];
  input: Shape | null;
  notes: Note[];
}

/** What is not understood, and what that means for the count. */
interface Note {
  line: number; // from 1
  text: string; // of that line
  why: string; // one sentence
}

/** First and last cell. */
type Span = [first: number, last: number];

/** Which cells each output of a layer reads along one axis: a pattern that repeats, as `Taps` in the library. */
interface Taps {
  cells: number;
  outputs: number;
  step: number; // cells from a phase to the same phase of the next period
  gap: number; // cells from one that an output reads to the next
  phases: (Span | null)[]; // from the first that is read to the last; null where a phase reads nothing
  clamps?: boolean; // whether what lies beyond an end is the cell at that end
}

/** What outputs see that move at one rate: output q * period + phase sees q * step + spans[phase]. */
interface Line {
  step: number;
  spans: (Span | null)[];
}

/** What the outputs of a layer see of the input along one axis. */
interface Sight {
  number: number; // higher than that of all it reads
  cells: number; // how many outputs there are
  line: Line | null; // null where outputs move at different rates
  whole: Span | null; // what every output sees, where all see the same
  ways: [Taps | null, Sight][]; // what is read, and by which taps; without taps each reads its own place
  lost?: boolean; // whether places are lost, as behind a flatten
}

/** A receptive field along one axis of the input, in its cells. */
interface PlaceField {
  size: number; // of the largest field
  least: number; // of the smallest: behind a transposed layer they need not be alike
  jump: number | null; // from the field of one output to that of the next, a mean where they are not alike
  start: number | null; // of the first output's field; below 0 it lies in the padding
  centre: number | null; // of the first output's field
  all: boolean; // whether each output sees all of the input, as behind a dense layer
}

/** What a layer does to what arrives. */
interface Effect {
  to: Shape;
  axes?: Axis[];
  counts?: Count[];
  parameters?: number;
  fixed?: number;
  macs?: number;
  hands?: boolean; // whether it hands on the numbers that it gets
  see: (sights: Sight[]) => Sight[]; // what its outputs see, where what it reads sees this
}

/** What a layer is given. */
interface Arriving {
  shapes: Shape[]; // of all that it reads
  shape: Shape; // of the first of them
  framework: string;
  write: (shape: Shape) => string; // in the order of the framework
}

/** A layer of a network, counted for one input. */
interface Counted {
  layer: NetworkLayer;
  from: Shape[]; // what it reads
  to: Shape; // what comes out; without sizes and channels where it does not fit
  axes: Axis[]; // of what has windows or stamps
  counts: Count[];
  parameters: number; // that are trained
  fixed: number; // that are not: means and variances
  macs: number;
  activations: number; // numbers that come out; 0 where those that went in are handed on
  bytes: number; // of the activations
  weight_bytes: number; // of both kinds of parameters
  fields: (PlaceField | null)[]; // one for each axis of the input; null where no number speaks for all outputs
  why: string; // why it does not fit, else ""
  doubt: string; // what is not known about what arrives, else ""
}

/** A network, counted up to its first layer that does not fit. */
interface NetworkCount {
  rows: Counted[];
  totals: { parameters: number; fixed: number; macs: number; activations: number; bytes: number; weight_bytes: number };
  misfit: Counted | null; // the last row, where it does not fit
}

/** What is counted. */
interface Network {
  layers: NetworkLayer[];
  framework: Reading["framework"];
  input: Shape;
}

/** A network in which something is other, and what that is in words. */
interface Tried {
  of: string; // what is changed: of each, the nearest that helps is enough
  text: string;
  network: Network;
  inserted?: number; // layers that are put in before the one that did not fit
  input?: Shape; // another input, if that is what helps
}

/** What makes the first misfit fit. */
interface Fix {
  text: string;
  network: Network;
  fits: boolean; // whether then the whole network does
  input?: Shape; // another input, if that is what helps
}

/** What a workbench shows. */
interface Opened {
  text: string;
  input: string; // as it is typed; "" leaves it to the text
  chosen: number; // number of a layer, or -1
  code: string; // the framework in whose code all is written again
  tried: string; // what is changed in the explorer of the chosen layer, as in its links
  at: string; // row and column of the output that was clicked, as "3,4"; "" for the one in the middle
}
