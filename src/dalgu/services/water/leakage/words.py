"""The words of the leak desk, Korean and English."""

from dalgu.kernel.text import Text

WORDS = {
    "title": Text("누수 작업대", "Leak desk"),
    "lead": Text(
        "압력과 유입량이 수리 모형과 어긋나는 곳에서 누수를 찾고, 어느 것부터 고칠지 셈합니다.",
        "Finds leaks where pressure and inflow disagree with the model, and which to mend first.",
    ),
    "open_cases": Text("의심되는 누수", "Leaks suspected"),
    "lost": Text("새는 물", "Water lost"),
    "saved": Text("모두 고치면 하루에 아끼는 돈", "Saved a day once all are mended"),
    "fit": Text("모형 오차", "Error of the model"),
    "fit_note": Text("보정 전 {before} cm", "{before} cm before it was fitted"),
    "map": Text("의심되는 관", "Likely pipes"),
    "map_note": Text(
        "굵을수록 그 관일 확률이 높습니다. 번호는 수리 순서입니다.",
        "The thicker a pipe, the likelier the leak is there. Numbers are the order of repair.",
    ),
    "order": Text("수리 순서", "Order of repair"),
    "order_note": Text(
        "기계의 추측입니다. 파기 전에 사람이 확인합니다. 돈은 기댓값입니다.",
        "These are guesses of a model. A person confirms before anybody digs. Won are expected.",
    ),
    "place": Text("순서", "Order"),
    "case": Text("누수", "Leak"),
    "pipe": Text("가장 의심되는 관", "Likeliest pipe"),
    "certainty": Text("300 m 안일 확률 (%)", "Within 300 m (%)"),
    "flow": Text("누수량 (m³/h)", "Flow (m³/h)"),
    "since": Text("시작 추정", "Began about"),
    "saved_won": Text("하루 절감 (원)", "Saved a day (won)"),
    "cost_won": Text("비용 (원)", "Cost (won)"),
    "payback": Text("회수 (일)", "Pays after (days)"),
    "status": Text("상태", "Status"),
    "suspected": Text("의심", "suspected"),
    "confirmed": Text("확인됨", "confirmed"),
    "repaired": Text("수리됨", "repaired"),
    "dismissed": Text("누수 아님", "dismissed"),
    "step": Text("다음 단계", "Next step"),
    "make_confirmed": Text("누수로 확인", "Confirm the leak"),
    "make_repaired": Text("수리를 마침", "Mark as repaired"),
    "make_dismissed": Text("누수 아님", "Dismiss"),
    "make_suspected": Text("다시 의심", "Suspect again"),
    "none": Text("지금은 의심되는 누수가 없습니다.", "No leak is suspected now."),
    "no_network": Text("불러온 수리 모형이 없습니다.", "No hydraulic model is loaded."),
    "how_to_load": Text(
        "EPANET 파일을 이 명령으로 불러오면 다음 날 새벽부터 누수를 찾습니다.",
        "Load an EPANET file with this command; from the next night on leaks are looked for.",
    ),
    "need_loggers": Text(
        "압력계(PressureLogger)마다 절점 이름과 블록이 있어야 하고, 블록에는 유입량이 "
        "있어야 합니다. 두 주가 쌓이면 판단을 시작합니다.",
        "Each PressureLogger needs the name of its node and its area, and the area an inflow. "
        "Judging begins after two weeks.",
    ),
    "closure": Text("관을 잠그면", "If a pipe is closed"),
    "closure_lead": Text(
        "아침 최대 사용 때 그 관을 잠그면 누가 물을 못 쓰는지 봅니다.",
        "Who loses water or pressure when a pipe is closed at the morning's peak.",
    ),
    "pipe_name": Text("관 이름", "Name of the pipe"),
    "show": Text("보기", "Show"),
    "valves": Text("잠글 밸브", "Valves to turn"),
    "no_valves": Text(
        "파일에 가까운 밸브가 없어 이 관의 양 끝만 잠근 것으로 봅니다.",
        "The file holds no valves near; the pipe alone is taken as shut.",
    ),
    "dry": Text("물이 끊기는 절점", "Nodes without water"),
    "low": Text("수압이 모자라는 절점", "Nodes with too little pressure"),
    "lost_demand": Text("끊기는 사용량", "Demand without water"),
    "nobody": Text("물이나 수압을 잃는 곳이 없습니다.", "Nobody loses water or pressure."),
    "customers": Text("수용가", "Customers"),
    "node": Text("절점", "Node"),
    "before": Text("전 (m)", "Before (m)"),
    "after": Text("후 (m)", "After (m)"),
    "demand": Text("사용량 (m³/h)", "Demand (m³/h)"),
}
