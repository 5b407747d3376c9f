// SPDX-License-Identifier: Apache-2.0 OR MIT

// Writes event records, PRI messages and MSIs, each kind with an AXI id of its own, so that its
// responses return in order (publication in order rests on it: Q8, EA2). The kinds take turns, at
// whole bursts.
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

  input logic [3:0] cache_i,  // of queue accesses

  // An event record and its slot, a PRI message and its slot, an MSI. Every ready depends on
  // flip-flops only.
  input  logic              event_valid_i,
  output logic              event_ready_o,
  input  logic    [Oas-1:5] event_slot_i,
  input  record_t           event_record_i,

  input  logic           pri_valid_i,
  output logic           pri_ready_o,
  input  logic [Oas-1:4] pri_slot_i,
  input  logic [  127:0] pri_message_i,

  input  logic           msi_valid_i,
  output logic           msi_ready_o,
  input  logic [Oas-1:2] msi_address_i,
  input  logic [   31:0] msi_data_i,
  input  logic [    3:0] msi_cache_i,

  // The oldest of a kind that has no response yet gets it.
  output logic event_response_o,
  output logic pri_response_o,
  output logic msi_response_o,
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

  // One record and one message wait for their turn here; an MSI waits where it comes from.
  logic event_valid_q, pri_valid_q;
  logic [Oas-1:5] event_slot_q;
  record_t event_record_q;
  logic [Oas-1:4] pri_slot_q;
  logic [127:0] pri_message_q;

  // V9: turns. A burst begins when both channels have room; the second beat of a record follows
  // before anything else.
  logic aw_ready, w_ready, beginnable;
  logic second_q;
  logic [2:0] request, grant, begin_burst;

  assign request     = {msi_valid_i, pri_valid_q, event_valid_q};
  assign beginnable  = aw_ready && w_ready && !second_q;
  assign begin_burst = beginnable ? grant : '0;

  smmuq_rr #(
    .Sources(3)
  ) u_rr (
    .clk_i,
    .rst_ni,
    .request_i(request),
    .serve_i  (beginnable),
    .grant_o  (grant)
  );

  // The place of a record or a message is free again in the cycle in which it leaves.
  logic event_leaves;

  assign event_leaves  = second_q && w_ready;
  assign event_ready_o = !event_valid_q || event_leaves;
  assign pri_ready_o   = !pri_valid_q || begin_burst[1];
  assign msi_ready_o   = begin_burst[2];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      event_valid_q  <= 1'b0;
      pri_valid_q    <= 1'b0;
      event_slot_q   <= '0;
      event_record_q <= '0;
      pri_slot_q     <= '0;
      pri_message_q  <= '0;
      second_q       <= 1'b0;
    end else begin
      second_q <= begin_burst[0] || (second_q && !w_ready);
      if (event_ready_o) begin
        event_valid_q <= event_valid_i;
        if (event_valid_i) begin
          event_slot_q   <= event_slot_i;
          event_record_q <= event_record_i;
        end
      end
      if (pri_ready_o) begin
        pri_valid_q <= pri_valid_i;
        if (pri_valid_i) begin
          pri_slot_q    <= pri_slot_i;
          pri_message_q <= pri_message_i;
        end
      end

      // The fifos check that AW and W offers stay.
      AXI_SecondBeatHasARecord : assert (!second_q || event_valid_q);
      AXI_BeatHasRoom : assert (!(|begin_burst || event_leaves) || w_ready);
      AXI_BurstHasRoom : assert (begin_burst == '0 || aw_ready);
      AXI_WholeBursts : assert (begin_burst == '0 || !second_q);
    end
  end

  // AW. No burst crosses 4 KiB: each is aligned to its size.
  typedef struct packed {
    logic [1:0]     id;
    logic [3:0]     cache;
    logic [Oas-1:2] address;
  } aw_t;

  aw_t aw_in, aw_out;

  always_comb begin
    aw_in = '{id: AxiIdEventq, cache: cache_i, address: {event_slot_q, 3'd0}};
    if (grant[1]) begin
      aw_in = '{id: AxiIdPriq, cache: cache_i, address: {pri_slot_q, 2'd0}};
    end
    if (grant[2]) begin
      aw_in = '{id: AxiIdMsi, cache: msi_cache_i, address: msi_address_i};
    end
  end

  smmuq_fifo2 #(
    .Width($bits(aw_t))
  ) u_aw_fifo (
    .clk_i,
    .rst_ni,
    .valid_i(|begin_burst),
    .ready_o(aw_ready),
    .data_i (aw_in),
    .valid_o(awvalid_o),
    .ready_i(awready_i),
    .data_o (aw_out)
  );

  assign awid_o    = aw_out.id;
  assign awaddr_o  = {aw_out.address, 2'd0};
  assign awlen_o   = aw_out.id == AxiIdEventq ? 8'd1 : 8'd0;
  assign awsize_o  = aw_out.id == AxiIdMsi ? 3'd2 : 3'd4;
  assign awburst_o = AxiIncr;
  assign awcache_o = aw_out.cache;
  assign awprot_o  = AxiProt;

  // W, beat by beat: an MSI is one word, on the lanes of its address.
  typedef struct packed {
    logic         last;
    logic         word;
    logic [1:0]   lane;
    logic [127:0] data;
  } w_t;

  w_t w_in, w_out;

  always_comb begin
    w_in = '{last: second_q, word: 1'b0, lane: 2'd0, data: event_record_q[second_q]};
    if (!second_q && grant[1]) begin
      w_in = '{last: 1'b1, word: 1'b0, lane: 2'd0, data: pri_message_q};
    end
    if (!second_q && grant[2]) begin
      w_in = '{last: 1'b1, word: 1'b1, lane: msi_address_i[3:2], data: {4{msi_data_i}}};
    end
  end

  smmuq_fifo2 #(
    .Width($bits(w_t))
  ) u_w_fifo (
    .clk_i,
    .rst_ni,
    .valid_i(|begin_burst || event_leaves),
    .ready_o(w_ready),
    .data_i (w_in),
    .valid_o(wvalid_o),
    .ready_i(wready_i),
    .data_o (w_out)
  );

  assign wdata_o          = w_out.data;
  assign wstrb_o          = w_out.word ? 16'h000F << {w_out.lane, 2'd0} : 16'hFFFF;
  assign wlast_o          = w_out.last;

  // B: always taken. OKAY and EXOKAY are below SLVERR and DECERR.
  assign bready_o         = 1'b1;
  assign event_response_o = bvalid_i && bid_i == AxiIdEventq;
  assign pri_response_o   = bvalid_i && bid_i == AxiIdPriq;
  assign msi_response_o   = bvalid_i && bid_i == AxiIdMsi;
  assign response_error_o = bresp_i[1];

  logic unused_bresp;
  assign unused_bresp = bresp_i[0];  // tells SLVERR from DECERR: both are an external abort (EA1)

endmodule
