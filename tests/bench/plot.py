"""The benchmarks at a glance, as a picture beside their page."""

from collections.abc import Mapping, Sequence

from tests.bench.report import PAGE


def bars(name: str, title: str, methods: Sequence[str], panels: Mapping[str, list[float]]) -> str:
    """Draw one panel of bars for each score; gives the line that shows the picture."""
    # Comes with one of the peers.
    import matplotlib as mpl
    import matplotlib.pyplot as plt

    mpl.use("svg")
    figure, axes = plt.subplots(1, len(panels), figsize=(4 * len(panels), 3.2), sharey=True)
    for axis, (label, values) in zip(axes, panels.items(), strict=True):
        colours = ["#21918c" if each.startswith("Undertone") else "#9aa0a6" for each in methods]
        drawn = axis.barh(range(len(methods)), values, color=colours)
        axis.bar_label(drawn, fmt="%.2f", padding=2, fontsize=8)
        axis.margins(x=0.18)
        axis.axvline(0, color="#444", linewidth=0.8)
        axis.set_title(label, fontsize=10)
        axis.set_yticks(range(len(methods)), methods, fontsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].invert_yaxis()
    figure.suptitle(title, fontsize=11)
    figure.tight_layout()
    figure.savefig(PAGE.with_name(f"{name}.svg"), metadata={"Date": None})
    return f"![{title}]({name}.svg)"
