"""Records of each kind, in protobuf's JSON: facts and personal part."""

COMMON = {"clock": "117363651379200000", "occurredAt": "1790740800000", "recordedAt": "1790740860000", "author": "wang.li",
          "handbook": "property-management/1"}
ZHANG = {"number": "C0042", "phone": "138 0013 8000", "name": "张晓梅", "address": "3栋2单元1102"}


def facts(client_id, **body):
    return {**COMMON, "clientId": client_id, **body}


RECORDS = {
    "complaint": (
        facts("T-2026-0815", tags=["十月", "kitchen"], attachments=[{"reference": "photo-1.jpg", "digest": "q6ur" * 10 + "q6s="}],
              complaint={"channel": "CHANNEL_PHONE", "form": "FORM_ORAL", "phase": "PHASE_AFTER_SALE", "category": "leaks",
                         "touchpoint": "repair", "product": "kitchen", "groupSize": 3, "lawsuit": "DANGER_THREATENED",
                         "urgent": True, "ourResponsibility": False, "delayCause": "DELAY_CAUSE_OURS"}),
        {"customer": ZHANG, "subject": "厨房漏水", "text": "报修三天仍无人上门，楼下也渗水了。"}),
    "visit": (
        facts("V-1", visit={"method": "METHOD_PHONE", "reached": True, "satisfaction": 2, "recommendation": 0,
                            "expectation": "EXPECTATION_DISSATISFIED", "planItems": ["7"], "followUpAt": "1791000000000",
                            "problems": [{"category": "lifts", "touchpoint": "daily"}, {"category": "parking"}]}),
        {"customer": {"email": " Mei@Example.CN "}, "problemTexts": ["the lift is slow in the morning", "车位被占"],
         "helpNeeded": ["请工程部回电"], "told": "已登记"}),
    "step": (
        facts("S-1", step={"caseId": "ABEiM0RVhmeImaq7zN3u/w==", "kind": "KIND_ANSWERED", "groupSize": 0, "urgent": False}),
        {"text": "已电话答复"}),
    "survey": (
        facts("Q-1", survey={"survey": "2026-Q4", "mode": "MODE_SMS", "satisfaction": 5,
                             "scores": [{"question": "保洁", "value": 4.5}, {"question": "security", "value": -0.0}]}),
        {"customer": {"phone": "8400-1234"}, "text": "很好"}),
    "customer": (
        facts("K-1", customer={"type": "owner", "tier": "A", "owner": "wang.li", "keyAccount": True,
                               "figures": [{"name": "annual_sales", "value": 120000.25}]}),
        {"customer": {"name": "林婉清", "address": "2栋1203"}}),
    "clock offset": (facts("clock-1", clockOffset={"since": "1790740800000", "offsetMs": "-90000", "uncertaintyMs": 21}), {}),
    "seal": (facts("seal-2026-09", seal={"until": "1790784000000", "clockChecked": True}), {}),
}

# Written after the log went on under a second epoch.
LATER = ("anonymous complaint", facts("T-2026-0900", complaint={"channel": "CHANNEL_COUNTER", "category": "doors"}), {"text": "Tür klemmt 🚪"})

CUSTOMERS = [
    {}, {"number": " ｖｉｐ-12 a "}, {"phone": "13800138000"}, {"phone": "+86 (138) 0013-8000"}, {"phone": "0086 13800138000"},
    {"phone": "8613800138000"}, {"phone": "021-6400 1234"}, {"phone": "64001234"}, {"phone": "+49 30 1234567"}, {"phone": "1234"},
    {"phone": "1234567890123456"}, {"phone": "138O0138000"}, {"phone": "１３８００１３８０００"}, {"phone": "138·0013·8000"}, {"email": "A@B.cn"}, {"email": "a@b"}, {"email": "a@@b.cn"},
    {"email": "a@.cn"}, {"email": "a@b.cn."}, {"name": "林 婉清", "address": "2栋　1203"}, {"name": "Ｌｉｎ"}, {"address": "2栋1203"},
    {"name": "林婉清", "phone": "no phone"}, {"number": "C1", "phone": "13800138000", "email": "x@y.z", "name": "not used"},
]
