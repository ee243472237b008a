"""Makes the workbench's photograph, a square of scikit-learn's sample image `china.jpg`.

Daniel Büchele, https://www.flickr.com/photos/danielbuechele/6061409035, CC BY 2.0: cropped and made smaller.
"""

from pathlib import Path

from PIL import Image
from sklearn.datasets import load_sample_image

PHOTOGRAPH = Path(__file__).parents[1] / "src/convarith/workbenches/static/photograph.jpg"
CROP = (110, 10, 520, 420)  # left, top, right and bottom
SIDE = 224  # as large as most networks want it


def photograph() -> Image.Image:
    """The square, as it is before it is packed."""
    return (
        Image.fromarray(load_sample_image("china.jpg"))
        .crop(CROP)
        .resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    )


if __name__ == "__main__":
    photograph().save(PHOTOGRAPH, quality=50, optimize=True, progressive=True)
