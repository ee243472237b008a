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
  over?: Over; // what a dense layer reads, and what a norm takes its mean over

  pooling?: "max" | "average" | "average_padded"; // as of the explorer: the last counts its padding in the divisor
  keep?: boolean; // of a global pool: whether axes stay, with size 1
  outputs?: (number | null)[]; // sizes of an adaptive pool, one for all axes or one for each; null leaves it as it is
  times?: number[]; // of upsampling, one for all axes or one for each
  interpolation?: "nearest" | "linear" | "cubic"; // of upsampling
  target?: number[]; // of reshape: sizes, then channels, one of them -1 for what is left; of flatten: what must come out
  refusal?: string; // why its framework does not make it whatever arrives, as a sentence
  why?: string; // of an unknown layer: what is not understood, as a sentence
}

/** What a layer does; "identity" is whatever changes no shape and has no weights: activations, dropout. */
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
  | "identity"
  | "add" // of maps that are alike, number by number: addition, multiplication, maximum
  | "concatenate" // along the channels
  | "unknown"; // not understood: counted as if it changed nothing, and what follows is in doubt

type Rule = "valid" | "same" | "causal";
type Sides = [low: number, high: number];

/**
 * "channels": each place on its own; "last": the last axis of PyTorch, which is that of the columns where there
 * are places; "places": all places of each channel; "all": places and channels; "groups": all places of some
 * channels.
 */
type Over = "channels" | "last" | "places" | "all" | "groups";

/** What goes from layer to layer, for one input: a vector has no sizes. */
interface Shape {
  channels: number;
  sizes: number[];
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
