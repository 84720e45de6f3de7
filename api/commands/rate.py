"""How fast an ingest is going."""

from rich.progress import ProgressColumn, Task
from rich.text import Text


class RateColumn(ProgressColumn):
    """Passages embedded a second since the start."""

    def render(self, task: Task) -> Text:
        """The rate so far; a dash before there is one."""
        passages = task.fields.get("passages", 0)
        if not passages or not task.elapsed:
            return Text("- passages/s")
        return Text(f"{passages / task.elapsed:,.0f} passages/s")
