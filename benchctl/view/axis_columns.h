// The columns of the axes that set the sensor up: only of those that some run sets. Pure.
#pragma once

#include <vector>

#include "bench/v1/model.pb.h"
#include "benchctl/view/text_table.h"
#include "common/settings/sensor_settings.h"
#include "google/protobuf/repeated_field.h"

namespace bench {

std::vector<Setting> SettingsInUse(const google::protobuf::RepeatedPtrField<v1::Run>& runs);
void AddSettingColumns(const std::vector<Setting>& settings, TextTable* table);
void AddSettingCells(const std::vector<Setting>& settings, const v1::Cell& cell,
                     std::vector<TextTable::Cell>* row);

}  // namespace bench
