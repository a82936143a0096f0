// The words for a run: the same in tables, progress and messages. Pure and thread-safe.
#pragma once

#include <string>
#include <vector>

#include "bench/v1/model.pb.h"
#include "benchctl/view/output_format.h"
#include "google/protobuf/map.h"
#include "google/protobuf/timestamp.pb.h"

namespace bench {

// Whether it says what it was asked to find out: not failed, timed out, cancelled or unfinished.
bool HasAnswer(const v1::Run& run);
bool HasEnded(const v1::Run& run);

std::string CellText(const v1::Cell& cell);   // "cpu=500m memory=512Mi", and what else it sets
std::string OutcomeText(const v1::Run& run);  // the verdict; before there is one, the state
Tone OutcomeTone(const v1::Run& run);
std::string SyscallsText(const v1::Run& run);         // "153k"; "-" if none was confirmed
std::string IntervalText(const v1::Run& run);         // "153k-160k", ">= 153k", "< 5k" or "-"
std::string LimitedByText(const v1::Result& result);  // "CPU_LIMIT"; "-" if unknown
// Why there is no full answer, or what bounds it: the run's own message, else what its verdict
// means. Empty for SUSTAINABLE and for runs that have not ended.
std::string ExplanationText(const v1::Run& run);

// "reference 0.1.0 (modern_ebpf)"; a simulated one says so in capitals.
std::string SensorText(const v1::SensorInfo& sensor);
// "Sensor: …", one line for each kind of sensor among the runs; the one asked for if none is known.
std::vector<std::string> SensorCaptions(const google::protobuf::RepeatedPtrField<v1::Run>& runs,
                                        const std::string& asked_for);

std::string RateText(double per_sec);                           // "153k"; "-" for 0
std::string BytesText(int64_t bytes);                           // "123Mi", rounded; "-" for 0
std::string CoresText(double cores);                            // "0.48"; "-" for 0
std::string TimeText(const google::protobuf::Timestamp& time);  // "2026-01-02 03:04:05Z"; "-" for 0
std::string Rfc3339(const google::protobuf::Timestamp& time);   // for records; "" for 0
std::string TagsText(const google::protobuf::Map<std::string, std::string>& tags);  // "a=1,b=2"

}  // namespace bench
