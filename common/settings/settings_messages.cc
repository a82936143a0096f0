#include "common/settings/settings_messages.h"

namespace bench {

SensorSettings SettingsOf(const v1::Cell& cell) {
  return {.driver = cell.driver(),
          .buffer_preset = cell.buffer_preset(),
          .cpus_per_buffer = cell.cpus_per_buffer(),
          .rules = {cell.rules().begin(), cell.rules().end()},
          .base_syscalls = cell.base_syscalls()};
}

void SetSettings(const SensorSettings& settings, v1::Cell* cell) {
  cell->set_driver(settings.driver);
  cell->set_buffer_preset(settings.buffer_preset);
  cell->set_cpus_per_buffer(settings.cpus_per_buffer);
  cell->mutable_rules()->Assign(settings.rules.begin(), settings.rules.end());
  cell->set_base_syscalls(settings.base_syscalls);
}

SettingsAxes SettingsAxesOf(const v1::SweepSpec& spec) {
  SettingsAxes axes = {
      .driver = {spec.driver().begin(), spec.driver().end()},
      .buffer_preset = {spec.buffer_preset().begin(), spec.buffer_preset().end()},
      .cpus_per_buffer = {spec.cpus_per_buffer().begin(), spec.cpus_per_buffer().end()},
      .base_syscalls = {spec.base_syscalls().begin(), spec.base_syscalls().end()}};
  for (const v1::RuleSet& set : spec.rules()) {
    axes.rules.emplace_back(set.files().begin(), set.files().end());
  }
  return axes;
}

}  // namespace bench
