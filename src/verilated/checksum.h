// A number that tells two runs apart: it changes with any output in any cycle.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "verilated.h"

namespace smmuq {

class Checksum {
public:
    explicit Checksum(std::uint64_t before)
        : m_sum{before * odd} {}

    // Each value counts with a weight of its own; an odd one loses no bit.
    void add(std::uint64_t value) {
        m_weight += 2 * odd;
        m_sum += value * m_weight;
    }
    template <std::size_t words>
    void add(const VlWide<words>& value) {
        for (std::size_t i = 0; i < words; ++i) add(value[i]);
    }
    template <std::size_t words>
    void add(const std::array<std::uint32_t, words>& value) {
        for (const std::uint32_t word : value) add(word);
    }

    std::uint64_t sum() const { return m_sum; }

private:
    static constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    std::uint64_t m_sum;
    std::uint64_t m_weight = odd;
};

// The one after a cycle. Pins are the outputs of a Verilated top, or PinsOut.
template <class Pins>
std::uint64_t next_checksum(std::uint64_t before, const Pins& pins) {
    Checksum checksum{before};
#define SMMUQ_IN(name, width)
#define SMMUQ_OUT(name, width) checksum.add(pins.name);
#include "ports.h"
#undef SMMUQ_IN
#undef SMMUQ_OUT
    return checksum.sum();
}

}  // namespace smmuq
