/// Memory cells of one size, numbered from 1; memory is touched only as far as it is used.
///
/// One of the files that may say `unsafe`: cells are raw memory, addressed only by numbers that `take` gave out.
@safe
struct CellPool: ~Copyable {
    private static var cellsPerBlock: Int { 64 }
    private let cellBytes: Int
    private var blocks: [UnsafeMutableRawPointer] = unsafe []
    private var used = 0
    private var free: [UInt32] = []

    /// Cells that were taken and not given back.
    var inUse: Int { used - free.count }

    init(cellBytes: Int) { self.cellBytes = cellBytes }

    deinit {
        for index in unsafe blocks.indices { unsafe blocks[index].deallocate() }
    }

    mutating func take() -> UInt32 {
        if let cell = free.popLast() { return cell }
        if unsafe used == blocks.count * Self.cellsPerBlock {
            unsafe blocks.append(.allocate(byteCount: Self.cellsPerBlock * cellBytes, alignment: 64))
        }
        used += 1
        return UInt32(used)
    }

    mutating func give(back cell: UInt32) { free.append(cell) }

    /// Where a cell that was taken begins.
    @inline(__always)
    func start(of cell: UInt32) -> UnsafeMutableRawPointer {
        let place = Int(cell) - 1
        return unsafe blocks[place / Self.cellsPerBlock] + place % Self.cellsPerBlock * cellBytes
    }
}
