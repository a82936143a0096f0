#pragma once

namespace bench {

// Events for a sensor that writes its counters only when one arrives: calls that each sensor
// captures, that change nothing and that no rule is about.
void PokeSensor();

}  // namespace bench
