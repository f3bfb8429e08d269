"""The parts of the working calendar; from outside only `bridge.policies.calendar` is imported."""
