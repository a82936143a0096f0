// The words for one trial. Pure and thread-safe.
#pragma once

#include <string>

#include "bench/v1/model.pb.h"
#include "benchctl/view/text_table.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace bench {

std::string PhaseText(const v1::Trial& trial);  // "bisection"
std::string LossText(double loss_ratio);        // "0%", "<0.1%", "1.2%"
std::string LagText(double lag_ms);             // "12 ms", "1.8 s"; "-" below 0: not known
Tone ToneOf(v1::Trial::Class classification);

// "trial 7 bisection 182k syscalls/s: GOOD (lag 12 ms, loss 0%, cpu 0.81)"
std::string TrialText(const v1::Trial& trial);

TextTable TrialTable(const google::protobuf::RepeatedPtrField<v1::Trial>& trials);
TextTable SampleTable(const google::protobuf::RepeatedPtrField<v1::Sample>& samples);

}  // namespace bench
