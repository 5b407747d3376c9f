// SPDX-License-Identifier: Apache-2.0 OR MIT

// Order and integrity from the intake to the bus: any record, message or MSI that the solver picks
// leaves once on AW and once on W, in the order of the intake, with its address and its data, and its
// data are the burst that belongs to its address.
module smmuq_axi_write_proof
  import smmuq_pkg::*;
#(
  parameter int unsigned Oas = 48
) (
  input logic clk_i,
  input logic rst_ni,

  input logic              event_valid_i,
  input logic              event_ready_o,
  input logic    [Oas-1:5] event_slot_i,
  input record_t           event_record_i,
  input logic              pri_valid_i,
  input logic              pri_ready_o,
  input logic    [Oas-1:4] pri_slot_i,
  input logic    [  127:0] pri_message_i,
  input logic              msi_valid_i,
  input logic              msi_ready_o,
  input logic    [Oas-1:2] msi_address_i,
  input logic    [   31:0] msi_data_i,

  input logic           awvalid_o,
  input logic           awready_i,
  input logic [    1:0] awid_o,
  input logic [Oas-1:0] awaddr_o,
  input logic [    7:0] awlen_o,
  input logic [    2:0] awsize_o,
  input logic           wvalid_o,
  input logic           wready_i,
  input logic [  127:0] wdata_o,
  input logic [   15:0] wstrb_o,
  input logic           wlast_o,
  input logic           bvalid_i,
  input logic [    1:0] bid_i,
  input logic           event_response_o,
  input logic           pri_response_o,
  input logic           msi_response_o,

  // Where things are on their way.
  input logic                       event_valid_q,
  input logic    [Oas-1:5]          event_slot_q,
  input record_t                    event_record_q,
  input logic                       pri_valid_q,
  input logic    [Oas-1:4]          pri_slot_q,
  input logic    [  127:0]          pri_message_q,
  input logic                       second_q,
  input logic    [    2:0]          begin_burst,
  input logic    [    1:0]          aw_filled,       // of the fifo of AW: head, tail
  input logic    [    1:0][Oas+3:0] aw_items,
  input logic    [    1:0]          w_filled,
  input logic    [    1:0][  131:0] w_items
);

  logic aw_pop, w_pop;

  assign aw_pop = awvalid_o && awready_i;
  assign w_pop  = wvalid_o && wready_i;

  // What the solver follows.
  logic pick;
  logic [1:0] pick_kind;

  smmuq_any u_pick (.any_o(pick));
  smmuq_any u_kind_0 (.any_o(pick_kind[0]));
  smmuq_any u_kind_1 (.any_o(pick_kind[1]));

  logic followed_q, begun_q, aw_gone_q, w_gone_q, beat_q;
  logic [1:0] kind_q;
  logic [Oas-1:2] address_q;
  record_t data_q;

  // How many are ahead in the fifos, and which burst it is; bursts are counted modulo 8.
  logic aw_ahead_q, w_ahead_q;
  logic [2:0] number_q, aw_number_q, w_number_q;

  logic accepted, begins;
  logic [1:0] aw_count, w_count, w_lasts;

  always_comb begin
    unique case (pick_kind)
      AxiIdEventq: accepted = event_valid_i && event_ready_o;
      AxiIdPriq:   accepted = pri_valid_i && pri_ready_o;
      AxiIdMsi:    accepted = msi_valid_i && msi_ready_o;
      default:     accepted = 1'b0;
    endcase
  end

  // An MSI begins when it is accepted; the others wait in a place of their own.
  assign begins = followed_q && !begun_q ? begin_burst[kind_q] :
      !followed_q && pick && accepted && pick_kind == AxiIdMsi;

  assign aw_count = {1'b0, aw_filled[0]} + {1'b0, aw_filled[1]};
  assign w_count = {1'b0, w_filled[0]} + {1'b0, w_filled[1]};
  assign w_lasts = {1'b0, w_filled[0] && w_items[0][131]} + {1'b0, w_filled[1] && w_items[1][131]};

  // Where the second half of the followed record is: behind the first, or at the head.
  logic second_place, second_waits;

  assign second_place = !beat_q;
  assign second_waits = second_q && number_q == w_number_q + 3'(w_lasts);

  logic last_beat, aw_leaves, w_leaves;

  assign last_beat = kind_q != AxiIdEventq || beat_q;
  assign aw_leaves = followed_q && begun_q && !aw_gone_q && !aw_ahead_q && aw_pop;
  assign w_leaves  = followed_q && begun_q && !w_gone_q && !w_ahead_q && w_pop;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      followed_q  <= 1'b0;
      begun_q     <= 1'b0;
      aw_gone_q   <= 1'b0;
      w_gone_q    <= 1'b0;
      beat_q      <= 1'b0;
      kind_q      <= '0;
      address_q   <= '0;
      data_q      <= '0;
      aw_ahead_q  <= 1'b0;
      w_ahead_q   <= 1'b0;
      number_q    <= '0;
      aw_number_q <= '0;
      w_number_q  <= '0;
    end else begin
      aw_number_q <= aw_number_q + 3'(aw_pop);
      w_number_q  <= w_number_q + 3'(w_pop && wlast_o);

      if (!followed_q) begin
        followed_q <= pick && accepted;
        begun_q    <= 1'b0;
        aw_gone_q  <= 1'b0;
        w_gone_q   <= 1'b0;
        beat_q     <= 1'b0;
        kind_q     <= pick_kind;
        unique case (pick_kind)
          AxiIdEventq: begin
            address_q <= {event_slot_i, 3'd0};
            data_q    <= event_record_i;
          end
          AxiIdPriq: begin
            address_q <= {pri_slot_i, 2'd0};
            data_q    <= {128'd0, pri_message_i};
          end
          default: begin
            address_q <= msi_address_i;
            data_q    <= {128'd0, {4{msi_data_i}}};
          end
        endcase
      end
      if (begins) begin
        begun_q    <= 1'b1;
        aw_ahead_q <= aw_filled[0] && !aw_pop;
        w_ahead_q  <= w_filled[0] && !w_pop;
        number_q   <= aw_number_q + 3'(aw_count);
      end
      if (followed_q && begun_q) begin
        if (aw_pop && !aw_gone_q) begin
          aw_ahead_q <= 1'b0;
          aw_gone_q  <= !aw_ahead_q;
        end
        if (w_pop && !w_gone_q) begin
          w_ahead_q <= 1'b0;
          beat_q    <= beat_q || !w_ahead_q;
          w_gone_q  <= !w_ahead_q && last_beat;
        end
        if ((aw_gone_q || aw_leaves) && (w_gone_q || (w_leaves && last_beat))) begin
          followed_q <= 1'b0;
        end
      end

      // At the ports.
      Q8_AddressLeavesUnchanged :
      assert (!aw_leaves ||
              (awid_o == kind_q && awaddr_o == {address_q, 2'd0} &&
               awlen_o == (kind_q == AxiIdEventq ? 8'd1 : 8'd0) &&
               awsize_o == (kind_q == AxiIdMsi ? 3'd2 : 3'd4)));
      Q8_DataLeaveUnchanged :
      assert (!w_leaves || (wdata_o == data_q[beat_q] && wlast_o == last_beat &&
              wstrb_o == (kind_q == AxiIdMsi ? 16'h000F << {address_q[3:2], 2'd0} : 16'hFFFF)));
      V5_ResponseGoesToItsSource :
      assert ({msi_response_o, pri_response_o, event_response_o} ==
              (!bvalid_i ? 3'b000 : bid_i == AxiIdEventq ? 3'b001 : bid_i == AxiIdPriq ? 3'b010 :
               bid_i == AxiIdMsi ? 3'b100 : 3'b000));
      V5_EmptyPlaceTakes :
      assert ((event_valid_q || event_ready_o) && (pri_valid_q || pri_ready_o));
      Q8_AddressIsInItsTurn : assert (!aw_leaves || number_q == aw_number_q);
      Q8_DataBelongToTheAddress : assert (!(w_leaves && last_beat) || number_q == w_number_q);

      // On the way.
      Q8_AsManyAddressesAsBursts :
      assert (aw_number_q + 3'(aw_count) == w_number_q + 3'(w_lasts) + 3'(second_q));
      Q8_EventWaitsInItsPlace :
      assert (!(followed_q && !begun_q && kind_q == AxiIdEventq) ||
              (event_valid_q && !second_q && {event_slot_q, 3'd0} == address_q &&
               event_record_q == data_q));
      Q8_MessageWaitsInItsPlace :
      assert (!(followed_q && !begun_q && kind_q == AxiIdPriq) ||
              (pri_valid_q && {pri_slot_q, 2'd0} == address_q && pri_message_q == data_q[0]));
      Q8_NothingGoneBeforeItBegins :
      assert (!followed_q || begun_q || !(aw_gone_q || w_gone_q || beat_q));
      Q8_NoMsiWaits : assert (!followed_q || begun_q || kind_q != AxiIdMsi);
      Q8_FollowedIsOfAKind : assert (!followed_q || kind_q != 2'd3);
      Q8_AddressWaitsInTheFifo :
      assert (!(followed_q && begun_q && !aw_gone_q) ||
              (aw_filled[aw_ahead_q] && aw_items[aw_ahead_q][Oas-3:0] == address_q &&
               aw_items[aw_ahead_q][Oas+3-:2] == kind_q &&
               number_q == aw_number_q + 3'(aw_ahead_q)));
      Q8_FirstDataWaitInTheFifo :
      assert (!(followed_q && begun_q && !w_gone_q && (kind_q != AxiIdEventq || !beat_q)) ||
              (w_filled[w_ahead_q] && w_items[w_ahead_q] == {
                kind_q != AxiIdEventq, kind_q == AxiIdMsi,
                kind_q == AxiIdMsi ? address_q[3:2] : 2'd0, data_q[0]}));
      Q8_SecondDataFollow :
      assert (!(followed_q && begun_q && !w_gone_q && kind_q == AxiIdEventq) ||
              (second_waits ?
                  event_valid_q && event_record_q == data_q &&
                  (beat_q ? !w_filled[0] : !w_filled[1] || w_ahead_q) :
                  w_filled[second_place] && w_items[second_place] == {1'b1, 3'd0, data_q[1]}));
      Q8_NoGapBeforeTheSecond :
      assert (!(followed_q && begun_q && kind_q == AxiIdEventq) ||
              w_gone_q || beat_q || second_waits || !w_ahead_q);
      Q8_NothingAheadOfTheSecond : assert (!(followed_q && begun_q && beat_q) || !w_ahead_q);
      Q8_BurstHasItsNumber :
      assert (!(followed_q && begun_q && !w_gone_q) ||
              number_q == w_number_q + 3'(w_ahead_q && w_items[0][131]));
      Q8_NotBothGone : assert (!followed_q || !aw_gone_q || !w_gone_q);
      Q8_OneBeatIsGoneOnce : assert (!followed_q || kind_q == AxiIdEventq || beat_q == w_gone_q);
    end
  end

endmodule
