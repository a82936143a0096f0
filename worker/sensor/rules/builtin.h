// The rules that the sensor is built with: as many, as long and of the same kind as those that
// Falco loads by default, in our own words. Three carry the names of Falco's rules that the load's
// recipe triggers, so that actions match rules by name. Pure tables.
#pragma once

#include <vector>

#include "worker/sensor/rules/engine.h"
#include "worker/sensor/rules/parser.h"

namespace bench::sensor {

Vocabulary BuiltinVocabulary();
std::vector<RuleText> BuiltinRules();

}  // namespace bench::sensor
