// SPDX-License-Identifier: Apache-2.0 OR MIT

// No deadlock at the inputs for records and page requests. Whoever waits there waits for the memory or
// a device, but for a bounded number of cycles in a row, and nobody is overtaken without end on the way
// to the memory. So if memory and devices answer, all that is offered is taken.
module smmuq_progress #(
  parameter int unsigned Outstanding = 16,
  parameter int unsigned CountWidth  = $clog2(Outstanding) + 1
) (
  input logic clk_i,
  input logic rst_ni,

  input logic awvalid_o,
  input logic awready_i,
  input logic wvalid_o,
  input logic wready_i,
  input logic due,         // a write response
  input logic prg_valid_o,

  input logic term_valid_i,
  input logic term_ready_o,
  input logic stall_valid_i,
  input logic stall_ready_o,
  input logic stall_writable,  // the Event queue is enabled, not full, without error
  input logic ppr_valid_i,
  input logic ppr_ready_o,
  input logic [CountWidth-1:0] lost,  // messages that wait to be answered

  // The way to the memory.
  input logic [2:0] request,
  input logic [2:0] begin_burst,
  input logic [2:0] last_q,       // whose burst was the last
  input logic       second_q,
  input logic       aw_waits,     // the fifo of AW is not empty
  input logic       w_full        // the fifo of W is full
);

  // Cycles in a row in which nobody outside is waited for.
  localparam int unsigned Limit = 4;
  localparam int unsigned Width = CountWidth + 3;

  logic on_memory;

  assign on_memory = (awvalid_o && !awready_i) || (wvalid_o && !wready_i) || due;

  logic [2:0] stuck;

  assign stuck[0] = term_valid_i && !term_ready_o && !on_memory;
  assign stuck[1] = stall_valid_i && !stall_ready_o && stall_writable && !on_memory &&
      !(term_valid_i && term_ready_o);
  assign stuck[2] = ppr_valid_i && !ppr_ready_o && !on_memory && !prg_valid_o;

  // How long it can take, if nobody outside holds it up, until the memory has an address to answer for:
  // the data of the burst before leave, the next begins, its address leaves.
  logic [2:0] left;

  always_comb begin
    if (aw_waits) left = 3'd1;
    else if (request == '0) left = 3'd3;
    else left = 3'd2 + 3'(w_full) + 3'(second_q);
  end

  logic [Width-1:0] stuck_q[3];
  // How many bursts of others began while this one waited.
  logic [1:0] overtaken_q[3];
  logic [2:0] in_turn;

  always_comb begin
    for (int unsigned i = 0; i < 3; i++) begin
      in_turn[i] = overtaken_q[i] == 2'd0 || last_q[(i+2)%3] ||
          (last_q[(i+1)%3] && overtaken_q[i] == 2'd1);
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      for (int unsigned i = 0; i < 3; i++) begin
        stuck_q[i]     <= '0;
        overtaken_q[i] <= '0;
      end
    end else begin
      for (int unsigned i = 0; i < 3; i++) begin
        stuck_q[i] <= stuck[i] ? stuck_q[i] + Width'(1'b1) : '0;
        overtaken_q[i] <= !request[i] || begin_burst[i] ? 2'd0 :
            overtaken_q[i] + 2'(begin_burst != '0);
      end

      LIVE_TerminatedRecordMovesOn : assert (stuck_q[0] <= Width'(Limit));
      LIVE_StalledRecordMovesOn : assert (stuck_q[1] <= Width'(Limit));
      LIVE_PageRequestMovesOn : assert (stuck_q[2] <= Width'(Limit + Outstanding));
      LIVE_TerminatedRecordGetsNearer :
      assert (!stuck[0] || stuck_q[0] + Width'(left) <= Width'(Limit));
      LIVE_StalledRecordGetsNearer :
      assert (!stuck[1] || stuck_q[1] + Width'(left) <= Width'(Limit));
      LIVE_PageRequestGetsNearer :
      assert (!stuck[2] || stuck_q[2] + Width'(left) + Width'(lost) <= Width'(Limit + Outstanding));
      LIVE_NobodyIsOvertakenTwice :
      assert (overtaken_q[0] <= 2'd2 && overtaken_q[1] <= 2'd2 && overtaken_q[2] <= 2'd2);
      LIVE_TurnsGoAround : assert (in_turn == 3'b111);
    end
  end

endmodule
