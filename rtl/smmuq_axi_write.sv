// SPDX-License-Identifier: Apache-2.0 OR MIT

// Writes each event record as a burst of two 16-byte beats, all with one AXI id, so that responses
// return in the order of the records (publication in order rests on it: Q8, EA2).
//
// AW and W have a fifo each and do not wait for one another: a subordinate may take the address
// first, the data first, or both at once.
module smmuq_axi_write
  import smmuq_pkg::*;
#(
  parameter int unsigned Oas = 48
) (
  input logic clk_i,
  input logic rst_ni,

  // A record and its slot. `ready_o` is a flip-flop's output.
  input  logic              valid_i,
  output logic              ready_o,
  input  logic    [Oas-1:5] slot_i,
  input  record_t           record_i,

  // The oldest record that has no response yet gets it.
  output logic response_valid_o,
  output logic response_error_o,

  output logic           awvalid_o,
  input  logic           awready_i,
  output logic [    1:0] awid_o,
  output logic [Oas-1:0] awaddr_o,
  output logic [    7:0] awlen_o,
  output logic [    2:0] awsize_o,
  output logic [    1:0] awburst_o,
  output logic [    3:0] awcache_o,
  output logic [    2:0] awprot_o,

  output logic         wvalid_o,
  input  logic         wready_i,
  output logic [127:0] wdata_o,
  output logic [ 15:0] wstrb_o,
  output logic         wlast_o,

  input  logic       bvalid_i,
  output logic       bready_o,
  input  logic [1:0] bid_i,
  input  logic [1:0] bresp_i
);

  localparam int unsigned SlotWidth = Oas - 5;

  logic aw_ready, w_ready;
  logic push;

  assign ready_o = aw_ready && w_ready;
  assign push    = valid_i && ready_o;

  // AW: one INCR burst of two 16-byte beats. It never crosses 4 KiB: slots are aligned to 32 bytes.
  logic [SlotWidth-1:0] aw_slot;

  smmuq_fifo2 #(
    .Width(SlotWidth)
  ) u_aw_fifo (
    .clk_i,
    .rst_ni,
    .valid_i(push),
    .ready_o(aw_ready),
    .data_i (slot_i),
    .valid_o(awvalid_o),
    .ready_i(awready_i),
    .data_o (aw_slot)
  );

  assign awid_o    = AxiIdEventq;
  assign awaddr_o  = {aw_slot, 5'd0};
  assign awlen_o   = 8'd1;
  assign awsize_o  = 3'd4;
  assign awburst_o = 2'b01;
  assign awcache_o = 4'b0011;  // Normal Non-cacheable Bufferable, until CR1 says otherwise
  assign awprot_o  = 3'b010;  // data, Non-secure, unprivileged

  // W: the record leaves its fifo with the second beat.
  record_t w_record;
  logic beat_q;

  smmuq_fifo2 #(
    .Width($bits(record_t))
  ) u_w_fifo (
    .clk_i,
    .rst_ni,
    .valid_i(push),
    .ready_o(w_ready),
    .data_i (record_i),
    .valid_o(wvalid_o),
    .ready_i(wready_i && beat_q),
    .data_o (w_record)
  );

  assign wdata_o = w_record[beat_q];
  assign wstrb_o = '1;
  assign wlast_o = beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      beat_q <= 1'b0;
    end else if (wvalid_o && wready_i) begin
      beat_q <= !beat_q;
    end
  end

  // B: always taken. OKAY and EXOKAY are below SLVERR and DECERR.
  assign bready_o         = 1'b1;
  assign response_valid_o = bvalid_i && bid_i == AxiIdEventq;
  assign response_error_o = bresp_i[1];

  logic unused_bresp;
  assign unused_bresp = bresp_i[0];  // tells SLVERR from DECERR: both are an external abort (EA1)

  // The fifos check that AW and W offers stay; the beat must stay with the W offer.
  logic past_w_waiting_q, past_beat_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      past_w_waiting_q <= 1'b0;
      past_beat_q      <= 1'b0;
    end else begin
      past_w_waiting_q <= wvalid_o && !wready_i;
      past_beat_q      <= beat_q;
      AXI_BeatStays : assert (!past_w_waiting_q || beat_q == past_beat_q);
      AXI_BeatsOfARecord : assert (wvalid_o || !beat_q);
    end
  end

endmodule
