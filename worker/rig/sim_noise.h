// What disturbs a modelled sensor. Pure data and pure functions.
#pragma once

#include <cstdint>
#include <random>

namespace bench {

// The defaults are "typical": a virtual machine on a shared host.
struct SimNoise {
  double drift_sd = 0.015;  // of the capacity from trial to trial, AR(1)
  double drift_correlation = 0.7;
  double jitter_sd = 0.10;  // of the capacity, per 100 ms
  double stalls_per_sec = 1.0 / 120;
  double stall_min_ms = 20;
  double stall_max_ms = 150;
  double bursts_per_sec = 1.0 / 90;        // of other events: 10-50% of the ring at once
  double other_drops_per_sec = 1.0 / 200;  // drops on rings that the load doesn't feed
  double lag_noise_ms = 30;
  // Within a trial, too: the capacity as an Ornstein-Uhlenbeck process, sd relative to the
  // capacity.
  double wander_sd = 0;
  double wander_time_sec = 4;  // in which it forgets where it was
};

// `scale` times as much of everything, and as often. 0 = none.
SimNoise ScaledNoise(double scale);
SimNoise QuietNoise();  // a third
SimNoise NastyNoise();  // twice, with stalls to 400 ms each 30 s
// As real sensors under small CPU limits were seen on virtual machines: quiet, and a capacity that
// wanders by 9% over 4 s. Their edge is a zone, not a line.
SimNoise VmNoise();

// The same draws for the same seed, whatever the standard library. Not thread-safe.
class SimRandom {
 public:
  explicit SimRandom(uint64_t seed) : engine_(seed) {}
  double Uniform(double from, double to);
  double Normal(double standard_deviation);
  // Whether what happens `per_sec` times a second happened within `seconds`, at most once.
  bool Happens(double per_sec, double seconds);

 private:
  std::mt19937_64 engine_;
};

}  // namespace bench
