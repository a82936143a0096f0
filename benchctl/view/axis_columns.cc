#include "benchctl/view/axis_columns.h"

#include <algorithm>
#include <string>

#include "common/settings/settings_messages.h"

namespace bench {
namespace {

struct SettingColumn {
  Setting setting;
  const char* name;
  TextTable::Align align;
  const char* unset;  // what holds where a cell says nothing
};
constexpr TextTable::Align kLeft = TextTable::Align::kLeft;
constexpr TextTable::Align kRight = TextTable::Align::kRight;
constexpr SettingColumn kColumns[] = {
    {Setting::kDriver, "DRIVER", kLeft, "default"},
    {Setting::kBufferPreset, "BUFFER PRESET", kRight, "configured"},
    {Setting::kCpusPerBuffer, "CPUS/BUFFER", kRight, "configured"},
    {Setting::kRules, "RULES", kLeft, "configured"},
    {Setting::kBaseSyscalls, "BASE SYSCALLS", kLeft, "configured"},
};

const SettingColumn& ColumnOf(Setting setting) {
  return *std::find_if(std::begin(kColumns), std::end(kColumns),
                       [setting](const SettingColumn& each) { return each.setting == setting; });
}

}  // namespace

std::vector<Setting> SettingsInUse(const google::protobuf::RepeatedPtrField<v1::Run>& runs) {
  std::vector<Setting> used;
  for (Setting setting : kAllSettings) {
    if (std::any_of(runs.begin(), runs.end(), [setting](const v1::Run& run) {
          return !SettingText(SettingsOf(run.cell()), setting).empty();
        })) {
      used.push_back(setting);
    }
  }
  return used;
}

void AddSettingColumns(const std::vector<Setting>& settings, TextTable* table) {
  for (Setting setting : settings) {
    table->columns.push_back({ColumnOf(setting).name, ColumnOf(setting).align});
  }
}

void AddSettingCells(const std::vector<Setting>& settings, const v1::Cell& cell,
                     std::vector<TextTable::Cell>* row) {
  for (Setting setting : settings) {
    const std::string text = SettingText(SettingsOf(cell), setting);
    row->push_back(text.empty() ? ColumnOf(setting).unset : text);
  }
}

}  // namespace bench
