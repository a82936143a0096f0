#include "worker/rig/sim_noise.h"

#include <cmath>
#include <numbers>

namespace bench {

SimNoise ScaledNoise(double scale) {
  SimNoise noise;
  noise.drift_sd *= scale;
  noise.jitter_sd *= scale;
  noise.stalls_per_sec *= scale;
  noise.bursts_per_sec *= scale;
  noise.other_drops_per_sec *= scale;
  noise.lag_noise_ms *= scale;
  noise.wander_sd *= scale;
  return noise;
}

SimNoise QuietNoise() {
  return ScaledNoise(1.0 / 3);
}

SimNoise NastyNoise() {
  SimNoise noise = ScaledNoise(2);
  noise.stalls_per_sec = 1.0 / 30;
  noise.stall_max_ms = 400;
  return noise;
}

SimNoise VmNoise() {
  SimNoise noise = QuietNoise();
  noise.wander_sd = 0.09;
  return noise;
}

double SimRandom::Uniform(double from, double to) {
  constexpr double kTwoToMinus53 = 1.0 / 9007199254740992.0;
  return from + (to - from) * static_cast<double>(engine_() >> 11) * kTwoToMinus53;
}

double SimRandom::Normal(double standard_deviation) {
  double radius = std::sqrt(-2 * std::log(1 - Uniform(0, 1)));
  return standard_deviation * radius * std::cos(2 * std::numbers::pi * Uniform(0, 1));
}

bool SimRandom::Happens(double per_sec, double seconds) {
  return Uniform(0, 1) < 1 - std::exp(-per_sec * seconds);
}

}  // namespace bench
