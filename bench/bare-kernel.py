# The bare loop that a sidecar's cells are measured against: a kernel and its client, and nothing around them.
# For each line on standard input it runs `1 + 1` and writes how many milliseconds passed until the kernel was idle again.
import json
import sys
import time

from jupyter_client.manager import KernelManager

manager = KernelManager()
manager.kernel_spec.argv = [sys.executable, "-B", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
client.wait_for_ready(timeout=60)
print(json.dumps({"ready": True}), flush=True)

try:
    for _ in sys.stdin:
        began = time.perf_counter()
        client.execute_interactive("1 + 1", timeout=60, output_hook=lambda _: None)
        print(json.dumps({"ms": (time.perf_counter() - began) * 1000}), flush=True)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
