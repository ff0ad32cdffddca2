from signage_cli.testing import graph, start_up, unused_ports, wait_for

__all__ = ["graph", "start_up", "unused_ports", "wait_for"]
