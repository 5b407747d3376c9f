// A Verilated block behind one interface, whatever its configuration.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rust/cxx.h"

namespace smmuq {

struct PinsIn;
struct PinsOut;

class Model {
public:
    virtual ~Model() = default;

    // Drives the inputs, settles, samples the outputs, then the rising edge.
    virtual PinsOut cycle(const PinsIn& pins) = 0;

    // The same for each of the stimulus, with nothing in between. A checksum of the outputs.
    virtual std::uint64_t replay(rust::Slice<const PinsIn> stimulus) = 0;

    // Reads registers between clock edges. How many could be read before PREADY was low.
    virtual std::size_t peek(rust::Slice<const std::uint32_t> addresses,
                             rust::Slice<std::uint32_t> values) = 0;

    // Reset without a clock edge.
    virtual void assert_reset() = 0;
    virtual void release_reset() = 0;

    // All that decides what the model does from here on, with all inputs low; not the time.
    virtual std::unique_ptr<std::vector<std::uint8_t>> save() = 0;
    virtual void restore(rust::Slice<const std::uint8_t> state) = 0;

    virtual rust::Vec<rust::String> take_failures() = 0;

    // Writes what was reached in the RTL since the last reset began, in Verilator's format; nothing if the model does not count it.
    virtual void write_coverage(rust::Str path) = 0;
};

// What a new model starts from.
struct Start {
    std::uint64_t seed;
    std::string path;  // of the waves; empty: none
};

// The checksum of a run so far, and of one more cycle.
std::uint64_t add_to_checksum(std::uint64_t before, const PinsOut& pins);

std::unique_ptr<Model> new_model(rust::Str configuration, std::uint64_t seed, rust::Str path);

}  // namespace smmuq
