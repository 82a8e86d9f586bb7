"""`python -m service …`: loads what the commands need, without waste, and runs one."""

import gc
import sys

if __name__ == "__main__":
    # Imports make three hundred thousand objects and no garbage: to look for some takes a tenth of the start.
    gc.disable()
    # Wherever it is installed, structlog brings rich along, for traces in colour: JSON lines have none.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # None is how Python says that it is not to be had
    from service.command_line import main

    gc.freeze()
    gc.enable()
    main()
