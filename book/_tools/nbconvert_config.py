"""How `make notebooks` runs the chapters: in place; a second run changes nothing."""

c = get_config()  # noqa: F821 (nbconvert defines it)

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
