// Between SensorSettings and the messages that carry it. Thread-safe.
#pragma once

#include "bench/v1/model.pb.h"
#include "common/settings/sensor_settings.h"

namespace bench {

SensorSettings SettingsOf(const v1::Cell& cell);
void SetSettings(const SensorSettings& settings, v1::Cell* cell);
SettingsAxes SettingsAxesOf(const v1::SweepSpec& spec);

}  // namespace bench
