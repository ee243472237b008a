interface Token {
  kind: "name" | "number" | "string" | "sign";
  text: string;
  line: number;
  from: number; // where it stands in the whole text
  to: number;
}

/** A line of a program; lines within brackets are one. */
interface Logical {
  indent: number;
  line: number;
  tokens: Token[];
  open: boolean; // whether a bracket is not closed
}

/** A part of an expression; which fields there are depends on the type. */
interface Code {
  type: string;
  line: number;
  [name: string]: any;
}

/** The loop of a comprehension. */
interface Loop {
  target: Code;
  over: Code;
  tests: Code[];
}

interface Argument {
  name: string;
  star: string;
  value: Code;
}

/**
 * A value of a program: numbers, strings, None as null and lists are plain; all else is an object that says what it
 * "is": "unknown", "path" (a name that nothing was given to), "dict", "function", "class", "bound" (a method),
 * "layer", "sequence", "object" (of a class), "tensor", "raw" (a tensor of the user's, of which the shape is known).
 */
type Value = any;

/** A layer or function under a framework's name. */
interface Entry {
  signature: string; // its parameters in order: "kernel_size! stride=1 padding"; ! is needed, * all there are
  also: RegExp; // what it takes by name besides
  make: (given: any) => Partial<NetworkLayer> & { axis?: number };
}

interface Names {
  LAYERS: Record<string, Entry>;
  FUNCTIONS: Record<string, Entry>;
}

/** What a program is followed with: all that knows of layers. */
interface Host {
  changes: number; // goes up with every layer that is made or applied
  note(line: number, why: string): void;
  created(value: Value): Value;
  object(type: string, made: Value, line: number): Value;
  adopt(owner: Value, name: string, value: Value): void;
  numberOf(layer: Value, name: string): Value;
  construct(path: string, given: Value[], named: Record<string, Value>, line: number): Value;
  apply(module: Value, given: Value[], line: number): Value;
  operate(sign: string, left: Value, right: Value, line: number): Value;
  method(value: Value, name: string, given: Value[], named: Record<string, Value>, line: number): Value;
}

/** What makes modules. */
interface Maker extends Host {
  framework: string;
  modules: Value[];
  channelsFirst: boolean; // whether the channels come before the places in Keras
  raw: number[] | null; // the shape of a tensor to try with
  begin(line: number): Run;
  mark(value: Value, name: string): void;
}

/** One way through layers from one input. */
interface Run {
  line: number;
  layers: (NetworkLayer & { axis?: number })[];
  input: Value[] | null; // its shape without the batch, as the program says it
  raw: Value[] | null; // the shape of what it is tried with, which may have a batch
}
