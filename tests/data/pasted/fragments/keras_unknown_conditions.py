def build(args, blocks):
    model = keras.Sequential([keras.Input((20, 20, 3))])
    model.add(layers.Conv2D(8, 3))  # -> 18 x 18 x 8
    if args.pool:  # ?? Whether this is true is not known, so it is read as true
        model.add(layers.MaxPooling2D())  # -> 9 x 9 x 8
    else:
        model.add(layers.AveragePooling2D(3))
    if args.width != 4:  # ?? Whether this is true is not known, so it is read as false
        model.add(layers.Conv2D(4, 1))
    for block in blocks:  # ?? What this loop runs over is not known, so its body is read once
        model.add(layers.Conv2D(5, 3))  # -> 7 x 7 x 5
    while args.more:  # ?? What this loop runs over is not known, so its body is read once
        model.add(layers.Conv2D(2, 1))  # -> 7 x 7 x 2
    if args.debug:
        print("no layer here")
    return model
