"""How `make notebooks` runs the chapters: in place; a second run changes nothing."""

from nbconvert.preprocessors import CoalesceStreamsPreprocessor, Preprocessor

c = get_config()  # noqa: F821 (nbconvert defines it)


class DropWidgetViews(Preprocessor):
    """Drops references to live widgets, of no use once the kernel is gone."""

    def preprocess_cell(self, cell, resources, index):
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
        return cell, resources


class DropWhatIsNotStored(Preprocessor):
    """Empties cells with the tag `not-stored`: what they print differs from run to run, such as a time."""

    def preprocess_cell(self, cell, resources, index):
        if "not-stored" in cell.metadata.get("tags", []):
            cell.outputs = []
        return cell, resources


# Where a slow call stands between two prints, they arrive in one piece or in two: always store one.
c.NotebookExporter.preprocessors = [DropWidgetViews, DropWhatIsNotStored, CoalesceStreamsPreprocessor]

# Back into the file that was read.
c.NbConvertApp.export_format = "notebook"
c.NbConvertApp.use_output_suffix = False
c.FilesWriter.build_directory = ""

c.ExecutePreprocessor.enabled = True
c.ExecutePreprocessor.timeout = 600
c.ExecutePreprocessor.extra_arguments = ["--IPKernelApp.log_level=ERROR"]

# What the machine adds (times, versions, widgets) goes; what the author wrote stays.
c.ExecutePreprocessor.record_timing = False
c.ExecutePreprocessor.store_widget_state = False
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_nb_metadata_mask = {
    "kernelspec",
    ("language_info", "name"),
}
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = {
    "tags",
    "mystnb",
    "jupyter",
    "cellView",
}
