// The state of a model as bytes in memory; Verilator's own streams are files.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rust/cxx.h"
#include "verilated_save.h"

namespace smmuq {

using Bytes = std::vector<std::uint8_t>;

class Saving final : public VerilatedSerialize {
public:
    void flush() override {
        m_bytes->insert(m_bytes->end(), m_bufp, m_cp);
        m_cp = m_bufp;
    }
    std::unique_ptr<Bytes> take() {
        flush();
        return std::move(m_bytes);
    }

private:
    std::unique_ptr<Bytes> m_bytes = std::make_unique<Bytes>();
};

class Restoring final : public VerilatedDeserialize {
public:
    explicit Restoring(rust::Slice<const std::uint8_t> state)
        : m_rest{state.data()}
        , m_end{state.data() + state.size()} {
        m_endp = m_bufp;
    }
    // What was not read yet moves to the front. Behind the end of the state come zeros: the stream asks for more than it
    // reads, and asks again while it has less than that.
    void fill() override {
        const std::size_t left = m_endp - m_cp;
        std::copy_n(m_cp, left, m_bufp);
        const std::size_t room = bufferSize() - left;
        const std::size_t more = std::min<std::size_t>(room, m_end - m_rest);
        std::copy_n(m_rest, more, m_bufp + left);
        std::fill_n(m_bufp + left + more, std::min(room - more, bufferInsertSize()), 0);
        m_rest += more;
        m_cp = m_bufp;
        m_endp = m_bufp + std::min(left + more + bufferInsertSize(), bufferSize());
    }

private:
    const std::uint8_t* m_rest;
    const std::uint8_t* const m_end;
};

}  // namespace smmuq
