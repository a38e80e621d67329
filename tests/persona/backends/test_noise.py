"""What the libraries below say by themselves."""

import subprocess
import sys


def test_bitsandbytes_is_told_to_be_quiet_before_anything_can_import_it() -> None:
    code = (
        "import sys, logging, persona.backends\n"
        "print('bitsandbytes' in sys.modules, logging.getLogger('bitsandbytes').level)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False 40\n"
